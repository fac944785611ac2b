//! A refresh token that comes twice within ten seconds has one successor, whoever brings it and however many
//! at once: the answer may have got lost, or two tabs asked. There is never a second branch that lives beside
//! the first.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::http::body;
use crate::http::oidc::start as start_apps;
use crate::http::sdk_api::{call, refresh, refresh_ok, shop_page, sign_in, start};
use crate::promises::PASSWORD;
use crate::support::client::{Client, Tokens};
use crate::support::concurrency::run_concurrently;
use crate::support::db_dump;

const UNUSED: &str = "select count(*) from refresh_tokens where used_at is null";

#[tokio::test]
async fn the_second_caller_gets_the_same_successor() {
    let app = start(json!({})).await;
    let session = sign_in(&app, PASSWORD).await;
    let first = refresh_ok(&app, &session).await;
    app.clock.advance(9);
    let second = refresh_ok(&app, &session).await;
    assert_eq!(first["refresh_token"], second["refresh_token"]);
    assert_ne!(first["access_token"], second["access_token"]);
    assert_eq!(db_dump::query_number(&app, UNUSED).await, 1);
}

#[tokio::test]
async fn the_second_caller_of_an_oidc_app_gets_the_same_successor() {
    let (app, ada) = start_apps().await;
    let shop = Client::of(&app, "shop");
    let had = shop.sign_in(&app.browser(), &ada, &[]).await;
    let first = Tokens::of(&shop.refresh(&had.refresh, &[]).await);
    app.clock.advance(9);
    let second = Tokens::of(&shop.refresh(&had.refresh, &[]).await);
    assert_eq!(first.refresh, second.refresh);
    assert_eq!(db_dump::query_number(&app, UNUSED).await, 1);
    Tokens::of(&shop.refresh(&second.refresh, &[]).await);
    assert_eq!(shop.refresh(&had.refresh, &[]).await.status, 400, "its successor was used");
    assert_eq!(db_dump::query_number(&app, "select count(*) from grants").await, 0, "somebody else has it");
}

#[tokio::test]
async fn parallel_refreshes_make_one_successor() {
    let app = start(json!({})).await;
    let second = app.second_instance().await;
    second.may_leave_messages();
    let session = sign_in(&app, PASSWORD).await;
    let answers = run_concurrently(20, |number| {
        let browser = shop_page(if number % 2 == 0 { &app } else { &second });
        let input = json!({ "refresh_token": session["refresh_token"] });
        async move { body(&call(&browser, "refresh", input).await)["refresh_token"].clone() }
    })
    .await;
    let distinct: BTreeSet<_> = answers.iter().map(Value::to_string).collect();
    assert_eq!(distinct.len(), 1, "{distinct:?}");
    assert!(answers[0].is_string());
    assert_eq!(db_dump::query_number(&app, UNUSED).await, 1);
}

/// Also after an answer that got lost for longer, which only an app of the SDK is forgiven.
#[tokio::test]
async fn a_lost_response_retried_in_parallel_makes_one_successor() {
    let app = start(json!({})).await;
    let session = sign_in(&app, PASSWORD).await;
    refresh_ok(&app, &session).await;
    app.clock.advance(60);
    let answers = run_concurrently(10, |_| {
        let (browser, input) = (shop_page(&app), json!({ "refresh_token": session["refresh_token"] }));
        async move { body(&call(&browser, "refresh", input).await) }
    })
    .await;
    let distinct: BTreeSet<_> = answers.iter().map(|answer| answer["refresh_token"].to_string()).collect();
    assert_eq!(distinct.len(), 1, "{distinct:?}");
    refresh_ok(&app, &answers[0]).await;
    assert_eq!(db_dump::query_number(&app, UNUSED).await, 1);
}

#[tokio::test]
async fn reusing_a_token_whose_successor_was_used_ends_the_session() {
    let app = start(json!({})).await;
    let session = sign_in(&app, PASSWORD).await;
    let next = refresh_ok(&app, &session).await;
    app.clock.advance(1);
    let newest = refresh_ok(&app, &next).await;
    assert_eq!(refresh(&app, &session).await.0, 401);
    assert_eq!(refresh(&app, &newest).await.0, 401);
    assert_eq!(db_dump::query_number(&app, "select count(*) from sessions").await, 0);
}

/// An attacker who says that an answer got lost is found out at once, not only after the ten seconds.
#[tokio::test]
async fn a_successor_replaced_after_a_lost_response_is_invalid() {
    let app = start(json!({})).await;
    let session = sign_in(&app, PASSWORD).await;
    let owner = refresh_ok(&app, &session).await;
    app.clock.advance(60);
    let attacker = refresh_ok(&app, &session).await;
    app.clock.advance(5);
    assert_eq!(refresh(&app, &owner).await.0, 401);
    assert_eq!(refresh(&app, &attacker).await.0, 401);
    assert_eq!(db_dump::query_number(&app, "select count(*) from sessions").await, 0);
}

/// What was given for a token stands nowhere in clear, and no longer than until it was used or the seconds
/// are over.
#[tokio::test]
async fn a_successor_is_stored_sealed_and_briefly() {
    const KEPT: &str = "select count(*) from refresh_tokens where successor is not null";
    let app = start(json!({})).await;
    let session = sign_in(&app, PASSWORD).await;
    let next = refresh_ok(&app, &session).await;
    let everything = format!("{:?}", db_dump::all(&app).await);
    assert!(!everything.contains(next["refresh_token"].as_str().unwrap()));
    assert_eq!(db_dump::query_number(&app, KEPT).await, 1);
    refresh_ok(&app, &next).await;
    assert_eq!(db_dump::query_number(&app, KEPT).await, 1, "only what was given last");
    app.clock.advance(10);
    app.run(|program| async move { rekey_core::maintenance::sweep(&program.core).await.unwrap() }).await;
    assert_eq!(db_dump::query_number(&app, KEPT).await, 0);
}
