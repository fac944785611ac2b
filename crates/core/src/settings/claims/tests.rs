//! Which token claims an operator may save.

use serde_json::{Value, json};

use super::TokenClaims;

fn problems(value: Value) -> Vec<String> {
    serde_json::from_value::<TokenClaims>(value).unwrap().validation_errors()
}

#[test]
fn a_claim_can_not_take_the_place_of_the_protocols() {
    for name in ["sub", "iss", "aud", "exp", "scope", "client_id", "azp", "nonce", "sid"] {
        let problem = problems(json!({ "claims": { name: "user.id" } }));
        let expected = "expected another name, this one is the protocol's own";
        assert_eq!(problem, [format!("claims.{name}: {expected}")]);
    }
    let fine = json!({ "claims": { "plan": "1", "https://a.example/roles": "2" } });
    assert!(problems(fine).is_empty());
}

#[test]
fn there_are_bounds() {
    let many: serde_json::Map<String, Value> = (0..51).map(|at| (format!("c{at}"), json!("1"))).collect();
    for (given, problem) in [
        (json!({ "claims": many }), "claims: expected at most 50 claims"),
        (
            json!({ "claims": { "a b": "1" } }),
            "claims.a b: expected a name of 1 to 128 visible ASCII characters",
        ),
        (
            json!({ "claims": { "a": "1".repeat(1001) } }),
            "claims.a: expected an expression of at most 1000 characters",
        ),
        (json!({ "tokenSample": "x".repeat(8192) }), "tokenSample: expected at most 8192 bytes of JSON"),
    ] {
        assert_eq!(problems(given), [problem]);
    }
}
