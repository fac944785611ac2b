//! Custom claims over HTTP: what is set, what is refused, and what the test of an expression says.

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::page::Page;

const PATH: &str = "/api/configs/jwt-customizer";
const ID_TOKEN: &str = "/api/configs/jwt-customizer/id-token";

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

fn set(claims: Value) -> Value {
    json!({ "claims": claims, "blockIssuanceOnError": false, "contextSample": null, "tokenSample": null })
}

#[tokio::test]
async fn claims_are_set_shown_changed_and_removed() {
    let app = start_with_keys(json!({})).await;
    assert_eq!(
        status_and_code(&call(&app, "GET", ID_TOKEN, json!({})).await),
        (404, "entity.not_found".to_owned())
    );
    let first = set(json!({ "plan": "user.customData.plan" }));
    let page = call(&app, "PUT", ID_TOKEN, json!({ "claims": { "plan": "user.customData.plan" } })).await;
    assert_eq!((page.status, body(&page)), (201, first.clone()));
    let page = call(&app, "GET", ID_TOKEN, json!({})).await;
    assert_eq!((page.status, body(&page)), (200, first.clone()));
    let page =
        call(&app, "PATCH", ID_TOKEN, json!({ "blockIssuanceOnError": true, "tokenSample": { "sub": "x" } }))
            .await;
    assert_eq!((page.status, &body(&page)["claims"]), (200, &first["claims"]));
    let page = call(&app, "GET", PATH, json!({})).await;
    assert_eq!(body(&page)[0]["key"], "jwt.idToken");
    assert_eq!(body(&page)[0]["value"]["tokenSample"], json!({ "sub": "x" }));
    assert_eq!(call(&app, "PUT", ID_TOKEN, json!({ "claims": {} })).await.status, 200);
    assert_eq!(call(&app, "DELETE", ID_TOKEN, json!({})).await.status, 204);
    assert_eq!(call(&app, "DELETE", ID_TOKEN, json!({})).await.status, 404);
    assert_eq!(call(&app, "PATCH", ID_TOKEN, json!({})).await.status, 404);
    assert_eq!(body(&call(&app, "GET", PATH, json!({})).await), json!([]));
    assert_eq!(call(&app, "PUT", &format!("{PATH}/refresh-token"), json!({})).await.status, 404);
}

#[tokio::test]
async fn invalid_claims_are_reported_and_not_stored() {
    let app = start_with_keys(json!({})).await;
    for (input, details) in [
        (
            json!({ "claims": { "sub": "'x'" } }),
            "claims.sub: expected another name, this one is the protocol's own",
        ),
        (json!({ "claims": { "a": "2 * 2" } }), "claims.a: expected an expression: * is not offered"),
        (json!({ "claims": { "a": 5 } }), "claims.a: expected text"),
        (json!({ "script": "…" }), "script: unknown key"),
    ] {
        let page = call(&app, "PUT", ID_TOKEN, input.clone()).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{input}");
        assert_eq!(body(&page)["details"], details, "{input}");
    }
    let page = call(&app, "PUT", ID_TOKEN, json!({ "claims": { "a": "user." } })).await;
    let details = body(&page)["details"].as_str().unwrap().to_owned();
    assert!(details.starts_with("claims.a: expected an expression: syntax error"), "{details}");
    assert_eq!(call(&app, "GET", ID_TOKEN, json!({})).await.status, 404);
}

#[tokio::test]
async fn a_test_says_what_a_token_would_have() {
    let app = start_with_keys(json!({})).await;
    let mut request_body = json!({
        "tokenType": "id-token",
        "claims": { "plan": "user.customData.plan", "about": "token.sub ~ ' at ' ~ application.id", "bad": "user.team.name" },
        "context": { "user": { "customData": { "plan": "gold" } }, "application": { "id": "shop" } },
        "token": { "sub": "ada" },
    });
    let page = call(&app, "POST", &format!("{PATH}/test"), request_body.clone()).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let found = body(&page);
    assert_eq!(found["claims"], json!({ "plan": "gold", "about": "ada at shop" }));
    assert_eq!((&found["errors"][0]["claim"], found["errors"].as_array().unwrap().len()), (&json!("bad"), 1));
    request_body["blockIssuanceOnError"] = true.into();
    let page = call(&app, "POST", &format!("{PATH}/test"), request_body.clone()).await;
    assert_eq!(status_and_code(&page), (422, "jwt_customizer.general".to_owned()));
    assert_eq!(body(&page)["data"]["errors"], found["errors"]);
    request_body["tokenType"] = "refresh-token".into();
    assert_eq!(status_and_code(&call(&app, "POST", &format!("{PATH}/test"), request_body).await).0, 400);
    assert_eq!(body(&call(&app, "GET", PATH, json!({})).await), json!([]));
}

#[tokio::test]
async fn claims_of_the_bootstrap_file_are_active() {
    let app =
        start_with_keys(json!({ "jwtCustomizer": { "accessToken": { "claims": { "plan": "'gold'" } } } }))
            .await;
    let claims = {
        use rekey_core::claims::ClaimsContext;
        use rekey_core::settings::claims::TokenKind;
        app.program().core.snapshot().claims.evaluate(TokenKind::AccessToken, &ClaimsContext::default())
    };
    assert_eq!(claims.map(Value::Object), Ok(json!({ "plan": "gold" })));
}

#[tokio::test]
async fn a_patch_refuses_unknown_fields_and_null_resets_them() {
    let app = start_with_keys(json!({})).await;
    call(&app, "PUT", ID_TOKEN, json!({ "claims": { "a": "'1'" }, "blockIssuanceOnError": true })).await;
    let page = call(&app, "PATCH", ID_TOKEN, json!({ "claim": null })).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
    assert_eq!(body(&page)["details"], "claim: unknown key; did you mean claims?");
    let page = call(&app, "PATCH", ID_TOKEN, json!({ "claims": null, "blockIssuanceOnError": null })).await;
    assert_eq!((page.status, body(&page)), (200, set(json!({}))));
}
