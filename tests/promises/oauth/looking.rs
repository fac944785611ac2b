//! get_is_safe, where apps send people: what a look changes there. The pages that ask change nothing. `GET
//! /oidc/auth` is the one look that is meant to write, because apps send people with it: a row that names
//! nobody, or for whoever is signed in a code; a scanner is nobody, and brings no cookie.

use super::{confidential_client, start};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::db_dump;

/// The tables in which something is another than before.
async fn changed_rows(app: &TestApp, before: &db_dump::Rows) -> Vec<String> {
    let after = db_dump::all(app).await;
    after
        .into_iter()
        .filter(|(table, rows)| before.get(table) != Some(rows))
        .map(|(table, _)| table)
        .collect()
}

#[tokio::test]
async fn get_is_safe_on_pages_of_an_authorization() {
    let (app, ada) = start().await;
    let (guest, desk, browser) = (Client::of(&app, "guest"), confidential_client(&app), app.browser());
    let tokens = desk.sign_in(&browser, &ada, &[]).await;
    let page = browser.get(&guest.authorization_request(&[]).path).await.follow_redirects().await;
    page.says("consent-title");
    let before = db_dump::all(&app).await;
    let left = "post_logout_redirect_uri=https%3A%2F%2Fdesk.example%2Fleft";
    let hint = &tokens.id;
    for path in [
        "/consent".to_owned(),
        "/consent?app_id=guest&answer=agree".to_owned(),
        "/oidc/session/end".to_owned(),
        format!("/oidc/session/end?id_token_hint={hint}&{left}&logout=yes"),
        "/oidc/session/end/confirm".to_owned(),
        "/oidc/auth/none".to_owned(),
        "/oidc/me".to_owned(),
        "/oidc/jwks".to_owned(),
        "/oidc/token?grant_type=client_credentials&client_id=machine".to_owned(),
        format!("/oidc/token/revocation?token={}", tokens.refresh),
    ] {
        for method in ["HEAD", "GET"] {
            let page = browser.raw(method, &path, &[], Vec::new()).await;
            assert!(page.status < 500, "{method} {path}: {}", page.summary());
        }
    }
    assert_eq!(changed_rows(&app, &before).await, Vec::<String>::new());
    assert!(!desk.are_invalid(&tokens).await);
}

#[tokio::test]
async fn an_authorization_request_writes_one_row() {
    let (app, ada) = start().await;
    let (shop, attacker, browser) = (Client::of(&app, "shop"), app.browser(), app.browser());
    shop.sign_in(&browser, &ada, &[]).await;
    let before = db_dump::all(&app).await;
    let path = shop.authorization_request(&[]).path;
    for broken in [
        "/oidc/auth",
        "/oidc/auth?client_id=nobody",
        &shop.authorization_request(&[("redirect_uri", "x")]).path,
    ] {
        attacker.get(broken).await;
    }
    attacker.get(&shop.authorization_request(&[("prompt", "none")]).path).await;
    for browser in [&attacker, &browser] {
        assert_eq!(browser.raw("HEAD", &path, &[], Vec::new()).await.status, 405);
    }
    assert_eq!(changed_rows(&app, &before).await, Vec::<String>::new());
    attacker.get(&path).await.redirects_to("/sign-in?app_id=shop");
    assert_eq!(changed_rows(&app, &before).await, ["authorization_requests"]);
    let row = db_dump::all(&app).await["authorization_requests"].last().unwrap().clone();
    assert!(!row.contains(&ada.id) && !row.contains(&ada.email), "it names nobody: {row}");
    let before = db_dump::all(&app).await;
    assert_eq!(browser.get(&path).await.status, 303);
    assert_eq!(changed_rows(&app, &before).await, ["audit_log", "authorization_codes", "grants"]);
}
