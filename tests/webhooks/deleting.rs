//! Deleting a webhook or an account while others act: an event never fails because its webhook is gone, and a
//! step whose account is gone is refused, never an error.

use std::sync::Arc;

use rekey_core::args;
use rekey_core::audit::actor::Actor;
use rekey_core::db::Store;
use rekey_core::db::sql::Tx;
use rekey_core::sessions;
use rekey_core::types::caller::Caller;
use rekey_core::types::error::{Error, Refusal};
use serde_json::json;

use super::{accepting_receiver, call, create_webhook, start};
use crate::http::oidc::{self, PASSWORD};
use crate::support::app::{TestApp, on_runtime};

async fn sign_in(app: &TestApp, email: &str) {
    let page = app.browser().get("/sign-in").await.fill("identifier", email);
    page.fill("password", PASSWORD).submit().await.redirects_to("/account");
}

/// A transaction that has deleted the webhook and is not committed yet.
async fn begin_deletion(app: &TestApp, id: &str) -> Tx {
    let (database, id) = (Arc::clone(&app.database), id.to_owned());
    on_runtime(move || async move {
        let mut tx = database.store.write().await.unwrap();
        let deleted = tx.run("delete from hooks where id = $1", args![id]).await.unwrap();
        assert_eq!(deleted, 1);
        tx
    })
    .await
}

#[tokio::test]
async fn an_event_does_not_wait_for_the_deletion_of_its_webhook() {
    let app = start().await;
    // SQLite has one writer, which everything waits for.
    if matches!(app.database.store, Store::Sqlite { .. }) {
        return;
    }
    let ada = oidc::create_user(&app, "ada@example.org").await;
    let receiver = accepting_receiver().await;
    let webhook = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    let deletion = begin_deletion(&app, webhook["id"].as_str().unwrap()).await;
    sign_in(&app, &ada.email).await;
    on_runtime(move || async move { deletion.commit().await.unwrap() }).await;
    sign_in(&app, &ada.email).await;
}

#[tokio::test]
async fn an_instance_that_still_knows_a_deleted_webhook_goes_on() {
    let app = start().await;
    let ada = oidc::create_user(&app, "ada@example.org").await;
    let receiver = accepting_receiver().await;
    let webhook = create_webhook(&app, &receiver.url, &["PostSignIn"]).await;
    let other = app.second_instance().await;
    sign_in(&other, &ada.email).await;
    let path = format!("/api/hooks/{}", webhook["id"].as_str().unwrap());
    assert_eq!(call(&app, "DELETE", &path, json!({})).await.status, 204);
    sign_in(&other, &ada.email).await;
    let count = "select count(*) from hook_deliveries";
    let left: (i64,) = on_runtime({
        let database = Arc::clone(&app.database);
        move || async move { database.store.read().await.unwrap().one(count, args![]).await.unwrap() }
    })
    .await;
    assert_eq!(left.0, 0, "deliveries of a deleted webhook");
}

#[tokio::test]
async fn a_session_for_an_account_that_was_just_deleted_is_refused() {
    let app = start().await;
    oidc::create_user(&app, "ada@example.org").await;
    let ada = app.user("ada@example.org").await.unwrap();
    let deleted = call(&app, "DELETE", &format!("/api/users/{}", ada.id.as_str()), json!({})).await;
    assert_eq!(deleted.status, 204);
    let outcome = app.run(move |program| async move {
        let caller = Caller::default();
        let by = Actor { caller: &caller, key: "root" };
        sessions::issue(&program.core, by, &ada, None).await
    });
    assert!(matches!(outcome.await, Err(Error::Refused(Refusal::NotFound))));
}
