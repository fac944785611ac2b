//! Another secret key than the database's does not start, and the loss of one takes with it what only it opened
//! and nothing else.

use std::sync::Arc;

use rekey_core::args;
use serde_json::{Value, json};

use super::secret_key::{call, execute, give_up_lost_key, new_key, start_with_secrets};
use super::{output_text, run};
use crate::http::{body, status_and_code};
use crate::promises::{CODE, CookieClient};
use crate::support::app::on_runtime;
use crate::support::page::Page;
use crate::support::server_process::ServerFixture;

#[tokio::test]
async fn values_sealed_by_a_lost_key_are_disabled_and_the_server_starts() {
    let (old, webhook) = start_with_secrets().await;
    give_up_lost_key(&old).await;
    let lost = old.restart_with_key(&new_key()).await;
    lost.may_leave_messages();
    let found = body(&call(&lost, "GET", "/api/hooks", Value::Null).await)[0].clone();
    assert_eq!((&found["id"], &found["enabled"]), (&json!(webhook), &json!(false)));
    assert_eq!((&found["disabledReason"], &found["config"]["url"]), (&json!("secret_key"), &json!("")));
    let path = format!("/api/hooks/{webhook}");
    let page = call(&lost, "PATCH", &path, json!({ "enabled": true })).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
    assert!(body(&page)["details"].as_str().unwrap().starts_with("config.url: expected"), "{}", page.html);
    let again = json!({ "enabled": true, "config": { "url": "https://hooks.example/in" } });
    let found = body(&call(&lost, "PATCH", &path, again).await);
    assert_eq!((&found["enabled"], found.get("disabledReason")), (&json!(true), None));
    assert!(found["signingKey"].as_str().unwrap().starts_with("whsec_"));
    let ids = |page: &Page| -> Vec<String> {
        body(page).as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    assert!(!ids(&call(&lost, "GET", "/api/connectors", Value::Null).await).contains(&"texts".to_owned()));
    assert_eq!(call(&lost, "GET", "/api/connectors/texts", Value::Null).await.status, 404);
    let texts = json!({ "connectorId": "http-sms", "id": "texts", "priority": 9, "config": { "endpoint": "https://sms.example/" } });
    assert_eq!(call(&lost, "POST", "/api/connectors", texts).await.status, 200, "set up again under its id");
    assert_eq!(
        CookieClient::new(&lost).await.request_reset("ada@example.org").await.status,
        303,
        "people come back in"
    );
}

#[tokio::test]
async fn check_lists_values_that_no_key_opens() {
    let mut home = ServerFixture::new().await;
    let process = home.start(true).await;
    drop(process);
    home.variables.insert("REKEY_SECRET_KEY".to_owned(), new_key());
    let output = run(&home, &["check"], None).await;
    let answer = output_text(&output);
    assert!(answer.contains("connectors[mail]: no secret key opens it"), "{answer}");
    assert!(!output.status.success());
}

/// One that starts with another key, on the database of a running one, would lose its messages and replace the
/// keys that sign tokens.
#[tokio::test]
async fn a_server_with_another_key_does_not_start_until_the_old_one_is_given_up() {
    let mut home = ServerFixture::new().await;
    let process = home.start(true).await;
    let published = process.http_user().get("/oidc/jwks").await.body;
    drop(process);
    let own = home.variables.insert("REKEY_SECRET_KEY".to_owned(), new_key()).unwrap();
    let refused = run(&home, &["serve"], None).await;
    assert!(!refused.status.success());
    let answer = output_text(&refused);
    assert!(answer.contains("secret_key: this database belongs to another key"), "{answer}");
    assert!(answer.contains("rekey secret-key lost"), "{answer}");
    let check = output_text(&run(&home, &["check"], None).await);
    assert!(check.contains("wrong: secret_key: this database belongs to another key"), "{check}");
    let unconfirmed = run(&home, &["secret-key", "lost"], None).await;
    let answer = output_text(&unconfirmed);
    assert!(!unconfirmed.status.success() && answer.contains("connectors[mail]"), "{answer}");
    home.variables.insert("REKEY_SECRET_KEY".to_owned(), own);
    let needless = run(&home, &["secret-key", "lost", "--yes"], None).await;
    assert!(output_text(&needless).contains("nothing is lost"), "{}", output_text(&needless));
    let process = home.start(true).await;
    assert_eq!(process.http_user().get("/oidc/jwks").await.body, published);
    drop(process);
    home.variables.insert("REKEY_SECRET_KEY".to_owned(), new_key());
    assert!(run(&home, &["secret-key", "lost", "--yes"], None).await.status.success());
    let process = home.start(true).await;
    let both = process.http_user().get("/oidc/jwks").await.body;
    let count = |keys: &str| serde_json::from_str::<Value>(keys).unwrap()["keys"].as_array().unwrap().len();
    assert_eq!(count(&both), 2 * count(&published), "what the old keys signed is still checked with them");
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_left_as_it_was() {
    let (app, _) = start_with_secrets().await;
    CookieClient::new(&app).await.request_reset("ada@example.org").await.redirects_to(CODE);
    let sealed = "of another key, or of a newer version";
    execute(&app, "update outbox set sealed = $1", sealed).await;
    for _ in 0..3 {
        app.deliver().await;
        app.clock.advance(11);
    }
    let database = Arc::clone(&app.database);
    let read = move || async move {
        let sql = "select state, attempts, sealed from outbox";
        database.store.read().await.unwrap().one::<(String, i64, String)>(sql, args![]).await.unwrap()
    };
    assert_eq!(on_runtime(read).await, ("pending".to_owned(), 0, sealed.to_owned()));
}
