//! Signing keys: created once, published before they sign and as long as their tokens are valid, sealed in
//! the database.

use rekey_core::oidc::signing_keys::{self, KeyStatus};
use rekey_server::app::AppState;
use serde_json::{Value, json};

use crate::http::oidc::{settings_with_apps, start, start_with};
use crate::support::app::TestApp;
use crate::support::client::{Client, Tokens, is_signed_by, jwt_part};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

async fn list_keys(app: &TestApp) -> Vec<KeyStatus> {
    app.run(|program| async move { signing_keys::list(&program.core).await.unwrap() }).await
}

async fn rotate(app: &TestApp, at_once: bool) {
    app.run(move |program| async move {
        signing_keys::rotate(&program.core, at_once).await.unwrap();
        program.reload_settings().await.unwrap();
    })
    .await;
}

/// Whether the schedule had it rotate.
async fn is_due(app: &TestApp) -> bool {
    let due = |program: std::sync::Arc<AppState>| async move {
        let due = signing_keys::rotate_if_due(&program.core).await.unwrap();
        program.reload_settings().await.unwrap();
        due
    };
    app.run(due).await
}

async fn published_ids(client: &Client) -> Vec<String> {
    client.keys().await.into_iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn signed_by(tokens: &Tokens) -> String {
    jwt_part(&tokens.id, 0)["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_first_start_makes_one_of_each() {
    let (app, _) = start().await;
    let other = app.second_instance().await;
    let found = list_keys(&app).await;
    let mut algs: Vec<&str> = found.iter().map(|key| key.alg.as_str()).collect();
    algs.sort_unstable();
    assert_eq!(algs, ["ES256", "ES384", "RS256"]);
    assert!(found.iter().all(|key| key.retires_at.is_none()));
    let (first, second) = (Client::of(&app, "shop"), Client::of(&other, "shop"));
    assert_eq!(published_ids(&first).await, published_ids(&second).await);
    for key in first.keys().await {
        let names: Vec<&String> = key.as_object().unwrap().keys().collect();
        let public: &[&str] = match key["kty"].as_str() {
            Some("RSA") => &["alg", "e", "kid", "kty", "n", "use"],
            _ => &["alg", "crv", "kid", "kty", "use", "x", "y"],
        };
        assert_eq!(names, public, "nothing private");
    }
}

#[tokio::test]
async fn instances_that_start_together_make_one_of_each() {
    let (app, _) = start().await;
    let mut tx = app.database.store.write().await.unwrap();
    tx.run("delete from signing_keys", rekey_core::args![]).await.unwrap();
    tx.commit().await.unwrap();
    let other = app.second_instance();
    let another = app.second_instance();
    let (other, another) = tokio::join!(other, another);
    assert_eq!(list_keys(&other).await.len(), 3);
    let (one, two) = (Client::of(&other, "shop"), Client::of(&another, "shop"));
    assert_eq!(published_ids(&one).await, published_ids(&two).await);
}

#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_after() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let before = shop.sign_in(&browser, &ada, &[]).await;
    let old = signed_by(&before);
    rotate(&app, false).await;
    assert_eq!(published_ids(&shop).await.len(), 6);
    app.clock.advance(HOUR - 1);
    assert_eq!(
        signed_by(&shop.sign_in_silently(&browser, &[]).await),
        old,
        "apps do not know the new one yet"
    );
    app.clock.advance(1);
    let after = shop.sign_in_silently(&browser, &[]).await;
    assert_ne!(signed_by(&after), old);
    for tokens in [&before, &after] {
        shop.verify_id_token(tokens).await;
        shop.sign_in_silently(&browser, &[("id_token_hint", &tokens.id)]).await;
    }
    app.clock.advance(15 * DAY - 1);
    app.run(|program| async move { program.reload_settings().await.unwrap() }).await;
    assert!(published_ids(&shop).await.contains(&old));
    app.clock.advance(1);
    app.run(|program| async move { program.reload_settings().await.unwrap() }).await;
    assert_eq!(published_ids(&shop).await.len(), 3);
    assert!(!published_ids(&shop).await.contains(&old));
}

#[tokio::test]
async fn a_compromised_key_is_withdrawn_at_once() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    let before = shop.sign_in(&browser, &ada, &[]).await;
    let old = shop.keys().await;
    assert!(old.iter().any(|key| key["kid"] == signed_by(&before) && is_signed_by(&before.id, key)));
    rotate(&app, true).await;
    let new = published_ids(&shop).await;
    assert_eq!(new.len(), 3);
    assert!(!old.iter().any(|key| new.contains(&key["kid"].as_str().unwrap().to_owned())));
    shop.verify_id_token(&shop.sign_in_silently(&browser, &[]).await).await;
    let authorization = shop.authorization_request(&[("id_token_hint", &before.id)]);
    assert_eq!(
        shop.authorization_response(&browser.get(&authorization.path).await)["error"],
        "invalid_request"
    );
}

#[tokio::test]
async fn another_instance_learns_the_new_key_before_it_signs() {
    let (app, ada) = start().await;
    let other = app.second_instance().await;
    rotate(&app, false).await;
    other
        .run(|program| async move { rekey_server::jobs::maintenance::reload_if_changed(&program).await.unwrap() })
        .await;
    let (first, second) = (Client::of(&app, "shop"), Client::of(&other, "shop"));
    assert_eq!(published_ids(&first).await, published_ids(&second).await);
    app.clock.advance(HOUR);
    let tokens = first.sign_in(&app.browser(), &ada, &[]).await;
    second.verify_id_token(&tokens).await;
}

#[tokio::test]
async fn keys_are_replaced_after_ninety_days() {
    let (app, _) = start().await;
    let other = app.second_instance().await;
    app.clock.advance(90 * DAY - 1);
    assert!(!is_due(&app).await);
    app.clock.advance(1);
    let (one, two) = tokio::join!(is_due(&app), is_due(&other));
    assert!(one ^ two, "one of the two does it: {one} {two}");
    assert_eq!(list_keys(&app).await.len(), 6);
    assert!(!is_due(&app).await && !is_due(&other).await);
    app.clock.advance(90 * DAY + HOUR - 1);
    assert!(!is_due(&app).await);
    app.clock.advance(1);
    assert!(is_due(&app).await);
}

#[tokio::test]
async fn an_operator_can_leave_them_or_hurry_them() {
    for (days, after, due) in [(0, 1000 * DAY, false), (7, 7 * DAY, true), (7, 7 * DAY - 1, false)] {
        let mut input = settings_with_apps();
        input["settings"]["signingKeys"] = json!({ "rotateEveryDays": days });
        let (app, _) = start_with(input).await;
        app.clock.advance(after);
        assert_eq!(is_due(&app).await, due, "{days} days, {after} seconds");
    }
}

#[tokio::test]
async fn stored_signing_keys_are_sealed() {
    let (app, _) = start().await;
    let mut tx = app.database.store.read().await.unwrap();
    let rows: Vec<(String, String)> =
        tx.all("select public_key, sealed from signing_keys", rekey_core::args![]).await.unwrap();
    assert_eq!(rows.len(), 3);
    for (public, sealed) in rows {
        let key: Value = serde_json::from_str(&public).unwrap();
        assert!(key.get("d").is_none());
        // PKCS#8 of a key begins with these bytes, whichever way they are written down.
        let begins = ["MIG", "MII", "3081", "3082", "302e", "30770201", "BEGIN"];
        assert!(
            !begins.iter().any(|start| sealed.contains(start) && sealed.find(start) == Some(0)),
            "{sealed}"
        );
        let point = key["x"].as_str().or(key["n"].as_str()).unwrap();
        assert!(!sealed.contains(point));
    }
}
