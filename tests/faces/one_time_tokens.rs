//! One-time tokens over HTTP: what is answered, what is refused.

use serde_json::{Value, json};

use super::{ROOT, body, machine, program, send, told};
use crate::support::app::TestApp;
use crate::support::page::Page;

async fn make(app: &TestApp, given: Value) -> Page {
    send(&machine(app, ROOT), "POST", "/api/one-time-tokens", &given).await
}

#[tokio::test]
async fn a_token_is_answered_once_with_its_end() {
    let app = program(json!({})).await;
    let page = make(&app, json!({ "email": "Ada@example.org" })).await;
    assert_eq!(page.status, 201, "{}", page.html);
    let mut found = body(&page);
    assert_eq!(found["token"].as_str().unwrap().len(), 43);
    assert_eq!(found["id"].as_str().unwrap().len(), 21);
    (found["token"], found["id"]) = ("…".into(), "…".into());
    let expected = json!({
        "tenantId": "default", "id": "…", "email": "Ada@example.org", "token": "…", "context": {}, "status": "active",
        "createdAt": 1_700_000_000_000_i64, "expiresAt": 1_700_000_600_000_i64,
    });
    assert_eq!(found, expected);
    let context = json!({ "interactionEvent": "ForgotPassword" });
    let page = make(&app, json!({ "email": "ada@example.org", "expiresIn": 60, "context": context })).await;
    let found = body(&page);
    assert_eq!((&found["context"], &found["expiresAt"]), (&context, &json!(1_700_000_060_000_i64)));
}

#[tokio::test]
async fn what_can_not_be_a_token_is_told() {
    let app = program(json!({})).await;
    for (given, details) in [
        (json!({}), "email: missing"),
        (json!({ "email": "ada" }), "email: expected a mail address"),
        (json!({ "email": "+12025550134" }), "email: expected a mail address"),
        (
            json!({ "email": "ada@example.org", "expiresIn": 59 }),
            "expiresIn: expected a number from 60 to 86400",
        ),
        (
            json!({ "email": "ada@example.org", "expiresIn": 86_401 }),
            "expiresIn: expected a number from 60 to 86400",
        ),
        (
            json!({ "email": "ada@example.org", "context": { "interactionEvent": "Reset" } }),
            "context.interactionEvent: expected one of ForgotPassword, SignIn, Register",
        ),
        (
            json!({ "email": "ada@example.org", "expires": 60 }),
            "expires: unknown key; did you mean expiresIn?",
        ),
    ] {
        let page = make(&app, given.clone()).await;
        assert_eq!(told(&page), (400, "guard.invalid_input".to_owned()), "{given}");
        assert_eq!(body(&page)["details"], details, "{given}");
    }
}

#[tokio::test]
async fn who_made_a_token_is_written_down() {
    let app = program(json!({})).await;
    let id = body(&make(&app, json!({ "email": "ada@example.org" })).await)["id"].clone();
    let rows = app
        .run(|program| async move { rekey::domain::audit::newest(&program.rekey, 1).await.unwrap() })
        .await;
    assert_eq!(
        (rows[0].event.as_str(), rows[0].about.clone().map(Value::from)),
        ("one_time_token_issue", Some(id))
    );
}
