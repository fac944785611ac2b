//! One-time tokens over HTTP: what is answered, what is refused.

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::page::Page;

async fn create(app: &TestApp, input: Value) -> Page {
    send(&api_client(app, ROOT), "POST", "/api/one-time-tokens", &input).await
}

#[tokio::test]
async fn a_token_is_returned_once_with_its_expiry() {
    let app = start_with_keys(json!({})).await;
    let page = create(&app, json!({ "email": "Ada@example.org" })).await;
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
    let page = create(&app, json!({ "email": "ada@example.org", "expiresIn": 60, "context": context })).await;
    let found = body(&page);
    assert_eq!((&found["context"], &found["expiresAt"]), (&context, &json!(1_700_000_060_000_i64)));
}

#[tokio::test]
async fn an_invalid_token_request_is_refused() {
    let app = start_with_keys(json!({})).await;
    for (input, details) in [
        (json!({}), "email: missing"),
        (json!({ "email": "ada" }), "email: expected a mail address"),
        (json!({ "email": "+12025550134" }), "email: expected a mail address"),
        (
            json!({ "email": "ada@example.org", "expiresIn": 59 }),
            "expiresIn: expected a number from 60 to 86400",
        ),
        (
            json!({ "email": "ada", "expiresIn": 86_401 }),
            "email: expected a mail address\nexpiresIn: expected a number from 60 to 86400",
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
        let page = create(&app, input.clone()).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{input}");
        assert_eq!(body(&page)["details"], details, "{input}");
    }
}

#[tokio::test]
async fn the_creator_of_a_token_is_audited() {
    let app = start_with_keys(json!({})).await;
    let id = body(&create(&app, json!({ "email": "ada@example.org" })).await)["id"].clone();
    let rows =
        app.run(|program| async move { rekey_core::audit::newest(&program.core, 1).await.unwrap() }).await;
    assert_eq!(
        (rows[0].event.as_str(), rows[0].about.clone().map(Value::from)),
        ("one_time_token_issue", Some(id))
    );
}

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, &format!("/api/one-time-tokens{path}"), &input).await
}

#[tokio::test]
async fn tokens_are_listed_shown_and_removed_without_their_value() {
    let app = start_with_keys(json!({})).await;
    let made = body(&create(&app, json!({ "email": "Ada@example.org" })).await);
    create(&app, json!({ "email": "eve@example.org", "context": { "jitOrganizationIds": [] } })).await;
    let mut expected = made.clone();
    expected.as_object_mut().unwrap().remove("token");
    let path = format!("/{}", made["id"].as_str().unwrap());
    assert_eq!(body(&call(&app, "GET", &path, json!({})).await), expected);
    assert_eq!(body(&call(&app, "GET", "?email=ada%40example.org", json!({})).await), json!([expected]));
    assert_eq!(body(&call(&app, "GET", "?email=nobody", json!({})).await), json!([]));
    assert_eq!(body(&call(&app, "GET", "?status=revoked", json!({})).await), json!([]));
    let page = call(&app, "GET", "?status=active&page=2&page_size=1", json!({})).await;
    assert_eq!((body(&page).as_array().unwrap().len(), page.header("total-number")), (1, "2"));
    assert_eq!(body(&call(&app, "GET", "?page=9", json!({})).await), json!([]));
    assert_eq!(status_and_code(&call(&app, "GET", "?status=odd", json!({})).await).1, "guard.invalid_input");
    assert_eq!(status_and_code(&call(&app, "GET", "?page=0", json!({})).await).1, "guard.invalid_pagination");
    assert_eq!(call(&app, "DELETE", &path, json!({})).await.status, 204);
    for method in ["GET", "DELETE"] {
        let page = call(&app, method, &path, json!({})).await;
        assert_eq!(status_and_code(&page), (404, "entity.not_exists_with_id".to_owned()));
    }
}

#[tokio::test]
async fn a_token_is_verified_once_and_every_refusal_says_why() {
    let app = start_with_keys(json!({})).await;
    let made = body(&create(&app, json!({ "email": "ada@example.org", "expiresIn": 60 })).await);
    let token = made["token"].as_str().unwrap().to_owned();
    let verify = async |email: &str, token: &str| {
        call(&app, "POST", "/verify", json!({ "email": email, "token": token })).await
    };
    let (gone, bad) =
        ("one_time_token.token_not_found".to_owned(), |code: &str| (400, format!("one_time_token.{code}")));
    assert_eq!(status_and_code(&verify("ada@example.org", "x").await), (404, gone));
    assert_eq!(status_and_code(&verify("eve@example.org", &token).await), bad("email_mismatch"));
    assert_eq!(status_and_code(&verify("nobody", &token).await), bad("email_mismatch"));
    let page = verify("ADA@example.org", &token).await;
    assert_eq!((page.status, body(&page)["status"].clone()), (200, json!("consumed")), "{}", page.html);
    assert_eq!(status_and_code(&verify("ada@example.org", &token).await), bad("token_consumed"));
    app.clock.advance(61);
    assert_eq!(status_and_code(&verify("ada@example.org", &token).await), bad("token_expired"));
}

#[tokio::test]
async fn an_ended_token_stays_ended() {
    let app = start_with_keys(json!({})).await;
    let made = body(&create(&app, json!({ "email": "ada@example.org" })).await);
    let path = format!("/{}/status", made["id"].as_str().unwrap());
    let change = async |status: &str| call(&app, "PUT", &path, json!({ "status": status })).await;
    assert_eq!(change("active").await.status, 200);
    assert_eq!(status_and_code(&change("odd").await), (400, "guard.invalid_input".to_owned()));
    assert_eq!(body(&change("revoked").await)["status"], "revoked");
    assert_eq!(change("revoked").await.status, 200);
    assert_eq!(
        status_and_code(&change("active").await),
        (400, "one_time_token.cannot_reactivate_token".to_owned())
    );
    assert_eq!(status_and_code(&change("consumed").await), (400, "one_time_token.token_revoked".to_owned()));
    let input = json!({ "email": "ada@example.org", "token": made["token"] });
    assert_eq!(
        status_and_code(&call(&app, "POST", "/verify", input).await).1,
        "one_time_token.token_revoked"
    );
    let page = call(&app, "PUT", "/none/status", json!({ "status": "revoked" })).await;
    assert_eq!(status_and_code(&page), (404, "entity.not_exists_with_id".to_owned()));
}

#[tokio::test]
async fn organizations_are_refused() {
    let app = start_with_keys(json!({})).await;
    let page =
        create(&app, json!({ "email": "ada@example.org", "context": { "jitOrganizationIds": ["x"] } })).await;
    let details = "context.jitOrganizationIds: expected an empty list, there are no organizations here";
    assert_eq!((status_and_code(&page).0, body(&page)["details"].clone()), (400, json!(details)));
}
