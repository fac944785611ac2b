//! Client authentication: the right secret and nothing else, until it expires or is removed.

use rekey_core::apps::{self, NewSecret};
use rekey_core::audit::actor::Actor;
use rekey_core::types::caller::Caller;
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::db_dump;

const SECRET: &str = "hunter2";

async fn program() -> TestApp {
    TestApp::with(json!({ "applications": [
        { "id": "ops", "name": "Operations", "type": "MachineToMachine", "secret": SECRET },
        { "id": "shop", "name": "Shop", "type": "SPA", "redirectUris": ["https://shop.example/cb"] },
    ] }))
    .await
}

fn is_authenticated(app: &TestApp, id: &str, secret: &str) -> bool {
    apps::authenticate(&app.program().core, id, &Secret::from(secret))
}

/// Makes another secret, and applies it.
async fn add_secret(
    app: &TestApp,
    id: &'static str,
    name: &str,
    expires_at: Option<Timestamp>,
) -> Result<Secret> {
    let new = NewSecret { name: name.to_owned(), expires_at };
    app.run(move |program| async move {
        let by = Actor { caller: &Caller::default(), key: "root" };
        let made = apps::add_secret(&program.core, by, id, new).await?;
        program.reload_settings().await?;
        Ok(made.1)
    })
    .await
}

#[tokio::test]
async fn a_right_secret_authenticates_its_app() {
    let app = program().await;
    assert!(is_authenticated(&app, "ops", SECRET));
    for (id, secret) in
        [("ops", "hunter3"), ("ops", ""), ("shop", SECRET), ("shop", ""), ("none", SECRET), ("", "")]
    {
        assert!(!is_authenticated(&app, id, secret), "{id} {secret}");
    }
}

#[tokio::test]
async fn two_secrets_are_valid_at_once_until_each_expires() {
    let app = program().await;
    let end = Timestamp(1_700_000_000_000).plus_seconds(60);
    let fresh = add_secret(&app, "ops", "next", Some(end)).await.unwrap();
    assert!(is_authenticated(&app, "ops", SECRET) && is_authenticated(&app, "ops", fresh.expose()));
    assert_eq!(fresh.expose().len(), 43);
    app.clock.advance(60);
    assert!(is_authenticated(&app, "ops", SECRET) && !is_authenticated(&app, "ops", fresh.expose()));
    app.run(|program| async move {
        let by = Actor { caller: &Caller::default(), key: "root" };
        apps::delete_secret(&program.core, by, "ops", "bootstrap").await.unwrap();
        program.reload_settings().await.unwrap();
    })
    .await;
    assert!(!is_authenticated(&app, "ops", SECRET));
}

#[tokio::test]
async fn an_invalid_secret_is_not_created() {
    let app = program().await;
    let refused = |made: Result<Secret>| match made {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(add_secret(&app, "ops", "bootstrap", None).await), Refusal::Duplicate);
    assert_eq!(refused(add_secret(&app, "none", "x", None).await), Refusal::NotFound);
    for (id, name, end) in [("shop", "x", None), ("ops", "x", Some(Timestamp(1)))] {
        assert!(
            matches!(refused(add_secret(&app, id, name, end).await), Refusal::SettingsInvalid(_)),
            "{id} {name:?}"
        );
    }
}

#[tokio::test]
async fn secrets_are_not_stored_in_clear() {
    let app = program().await;
    let fresh = add_secret(&app, "ops", "next", None).await.unwrap();
    let rows = format!("{:?}", db_dump::all(&app).await);
    assert!(rows.contains("secret_added") && !rows.contains(SECRET) && !rows.contains(fresh.expose()));
}

#[tokio::test]
async fn a_restart_with_another_secret_replaces_only_that_one() {
    let app = program().await;
    let fresh = add_secret(&app, "ops", "next", None).await.unwrap();
    let again = app.second_instance().await;
    assert!(is_authenticated(&again, "ops", SECRET) && is_authenticated(&again, "ops", fresh.expose()));
    let made = again.program().core.snapshot().app("ops").unwrap().created_at;
    assert_eq!(made, Some(Timestamp(1_700_000_000_000)));
}
