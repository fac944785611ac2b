//! Claims of a user, which of them fail, and the errors for settings that cannot work.

use serde_json::{Value, json};

use crate::claims::{Claims, ClaimsContext, IssuanceBlocked, validation_errors};
use crate::settings::claims::{JwtCustomizer, TokenKind};

fn settings(value: Value) -> JwtCustomizer {
    serde_json::from_value(value).unwrap()
}

fn context() -> ClaimsContext {
    let user = json!({ "name": "Ada", "customData": { "plan": "gold", "text": "x".repeat(1500) } });
    let token = json!({ "sub": "ada000000001" }).as_object().unwrap().clone();
    ClaimsContext { user: Some(user), application: json!({ "id": "shop" }), ..ClaimsContext::default() }
        .with_token(token)
}

fn evaluate_json(value: Value) -> Result<Value, IssuanceBlocked> {
    Claims::new(&settings(value)).evaluate(TokenKind::IdToken, &context()).map(Value::Object)
}

#[test]
fn a_claim_is_added_to_its_kind_of_token_only() {
    let plan = json!({ "claims": { "plan": "user.customData.plan", "about": "token.sub ~ ' ' ~ kind" } });
    assert_eq!(
        evaluate_json(json!({ "idToken": plan })),
        Ok(json!({ "plan": "gold", "about": "ada000000001 idToken" }))
    );
    assert_eq!(evaluate_json(json!({ "accessToken": plan })), Ok(json!({})));
    assert_eq!(evaluate_json(json!({})), Ok(json!({})));
}

#[test]
fn a_failing_claim_is_left_out_unless_it_may_not_be() {
    let mut set = json!({ "claims": { "bad": "user.team.name", "plan": "user.customData.plan", "none": "user.nothing" } });
    assert_eq!(evaluate_json(json!({ "idToken": set })), Ok(json!({ "plan": "gold" })));
    set["blockIssuanceOnError"] = true.into();
    assert_eq!(evaluate_json(json!({ "idToken": set })), Err(IssuanceBlocked { claim: "bad".to_owned() }));
}

#[test]
fn all_claims_together_have_a_bound() {
    let text = "user.customData.text";
    let claims =
        evaluate_json(json!({ "idToken": { "claims": { "a": text, "b": text, "c": text, "d": "1" } } }))
            .unwrap();
    let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    assert_eq!(names, ["a", "b", "d"]);
}

#[test]
fn every_problem_is_reported_with_its_path() {
    let wrong = json!({ "idToken": { "claims": { "foo": "user.", "sub": "1", "bar": "1" } }, "accessToken": { "claims": { "x": "2 * 2" } } });
    let problems = validation_errors(&settings(wrong));
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert_eq!(
        problems[1],
        "jwtCustomizer.idToken.claims.sub: expected another name, this one is the protocol's own"
    );
    assert_eq!(problems[0], "jwtCustomizer.accessToken.claims.x: expected an expression: * is not offered");
    assert!(
        problems[2].starts_with("jwtCustomizer.idToken.claims.foo: expected an expression: syntax error: "),
        "{}",
        problems[2]
    );
}

#[test]
fn an_expression_that_is_no_longer_understood_fails_like_any_other() {
    let set = json!({ "claims": { "bad": "user.", "plan": "user.customData.plan" } });
    assert_eq!(evaluate_json(json!({ "idToken": set })), Ok(json!({ "plan": "gold" })));
}
