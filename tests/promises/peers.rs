//! Faults that were published about recovery in other products, each held here for good. Where a fault is
//! about something that this program does not have (a second factor, keys of a device), the test holds the
//! nearest rule that it has; none of the list is left out.

use serde_json::{Value, json};

use super::{
    CODE, CookieClient, DONE, FORGOT_PASSWORD, LINK, PASSWORD, RESET, SIGN_IN_CODE, SIGN_IN_SEND,
    can_sign_in, create_user, obtain_grant, request_code, with_sign_in_codes, without_throttles, wrong_code,
};
use crate::http::account_api::{EMAIL, EVERYTHING, MyAccountClient};
use crate::http::{LOGIN, api_client, sdk_api, send, with_keys};
use crate::support::app::TestApp;
use crate::support::concurrency::run_concurrently;
use crate::support::page::Page;

const ADA: &str = "ada@example.org";
const EVE: &str = "eve@example.org";
const NEW: &str = "a walrus in the library";

/// Keycloak CVE-2026-18963 (#51833): what was proved for one way or person stood for another after "try
/// another way".
#[tokio::test]
async fn a_grant_is_not_valid_for_another_user_or_flow() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, ADA).await;
    create_user(&app, EVE).await;
    let client = obtain_grant(&app, EVE).await;
    for path in ["/forgot-password/change-address", FORGOT_PASSWORD] {
        client.post(path, &[("identifier", ADA)]).await;
        client.post(RESET, &[("newPassword", NEW)]).await;
        assert!(can_sign_in(&app, ADA, PASSWORD).await, "{path}");
    }
    let client = CookieClient::new(&app).await;
    client.request_reset(ADA).await.redirects_to(CODE);
    for path in [RESET, DONE, LINK] {
        client.post(path, &[("newPassword", NEW)]).await;
    }
    assert!(can_sign_in(&app, ADA, PASSWORD).await && !can_sign_in(&app, ADA, NEW).await);
    app.may_leave_messages();
}

/// Keycloak CVE-2026-37982 (#49112): the token of a mail was good a second time, for whoever replayed it.
#[tokio::test]
async fn the_link_of_a_mail_can_not_be_replayed() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, ADA).await;
    request_code(&app, ADA).await;
    let link = app.inbox_of(ADA).await.link_path();
    let owner = CookieClient::new(&app).await;
    owner.browser.get(&link).await.redirects_to(LINK);
    owner.post(LINK, &[]).await.redirects_to(RESET);
    owner.choose_password(NEW).await.redirects_to(DONE);
    let attacker = CookieClient::new(&app).await;
    attacker.browser.get(&link).await;
    assert_ne!(attacker.post(LINK, &[]).await.location(), RESET);
    attacker.choose_password("the phrase of a thief").await;
    assert!(can_sign_in(&app, ADA, NEW).await);
    app.may_leave_messages();
}

/// Keycloak #12759: the link of a mail alone signed in and set up a factor. There is no second factor here;
/// the link opens nothing but the page of the new password.
#[tokio::test]
async fn the_link_of_a_mail_signs_nobody_in() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, ADA).await;
    request_code(&app, ADA).await;
    let link = app.inbox_of(ADA).await.link_path();
    let client = CookieClient::new(&app).await;
    client.browser.get(&link).await.redirects_to(LINK);
    client.post(LINK, &[]).await.redirects_to(RESET);
    assert_ne!(client.browser.get("/account").await.status, 200);
    client.choose_password(NEW).await.redirects_to(DONE);
    assert_ne!(client.browser.get("/account").await.status, 200, "nor does the reset");
    app.may_leave_messages();
}

/// Keycloak #37231: one link was used from two browsers.
#[tokio::test]
async fn a_link_opened_in_two_browsers_at_once_works_in_one() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, ADA).await;
    request_code(&app, ADA).await;
    let link = app.inbox_of(ADA).await.link_path();
    let mut windows = Vec::new();
    for _ in 0..8 {
        let client = CookieClient::new(&app).await;
        client.browser.get(&link).await.redirects_to(LINK);
        windows.push(client);
    }
    let answers = run_concurrently(windows.len(), |nth| {
        let client = windows[nth].clone();
        async move { client.post(LINK, &[]).await }
    });
    let led: Vec<Page> = answers.await.into_iter().filter(|page| page.location() == RESET).collect();
    assert_eq!(led.len(), 1);
}

/// Zitadel GHSA-2wmj-46rj-qm2w and PR #9975: Host and X-Forwarded-Host chose where the link of the mail led.
#[tokio::test]
async fn no_header_changes_where_a_link_leads_on_any_interface() {
    let mut input = sdk_api::with_apps(without_throttles()["settings"].clone());
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    let app = TestApp::with(input).await;
    create_user(&app, ADA).await;
    let query = "mutation($email: String!) { createResetPasswordRequest(email: $email) { ok } }";
    let query_body = json!({ "query": query, "variables": { "email": ADA } });
    for (name, value) in [("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example;proto=http")]
    {
        let client = CookieClient::of(app.browser().with_header(name, value)).await;
        client.request_reset(ADA).await.redirects_to(CODE);
        let shop = sdk_api::shop_page(&app).with_header(name, value);
        sdk_api::call_ok(&shop, "password/request-reset", json!({ "email": ADA })).await;
        let page =
            send(&api_client(&app, LOGIN).with_header(name, value), "POST", "/graphql", &query_body).await;
        assert!(page.html.contains("\"ok\":true"), "{}", page.html);
        let inbox = app.inbox_of(ADA).await;
        for message in &inbox.messages {
            let link = message.link.as_ref().map_or("", |link| link.expose());
            assert!(link.is_empty() || link.starts_with(&app.origin), "{name}: {link}");
            assert!(!message.rendered.text.contains("evil.example"), "{name}");
        }
        assert!(inbox.count() >= 3, "{}", inbox.count());
    }
}

/// Zitadel GHSA-7h8m-vrxx-vr4m: checks at the same time got past the lock.
#[tokio::test]
async fn parallel_passwords_do_not_get_past_the_lockout() {
    let mut input = without_throttles();
    input["settings"]["throttle"]["signInFailures"] = json!({ "limit": 5 });
    let app = TestApp::with(input).await;
    create_user(&app, ADA).await;
    let client = CookieClient::new(&app).await;
    let answers = run_concurrently(30, |_| {
        let client = client.clone();
        let cookies = client.cookies();
        async move {
            let typed = [("identifier", ADA), ("password", "not the password")];
            client.post_with(&cookies, "/sign-in", &typed).await.status
        }
    });
    let checked = answers.await.into_iter().filter(|status| *status == 422).count();
    assert!(checked < 5, "{checked} were compared");
    assert!(!can_sign_in(&app, ADA, PASSWORD).await, "it is closed");
}

/// Zitadel CVE-2025-64102: codes could be tried without end.
#[tokio::test]
async fn sign_in_codes_can_not_be_guessed_without_limit() {
    let app = TestApp::with(with_sign_in_codes(without_throttles())).await;
    create_user(&app, ADA).await;
    let client = CookieClient::new(&app).await;
    client.post(SIGN_IN_SEND, &[("identifier", ADA)]).await.redirects_to(SIGN_IN_CODE);
    let code = app.inbox_of(ADA).await.code();
    for _ in 0..10 {
        client.post(SIGN_IN_CODE, &[("code", &wrong_code(&code))]).await;
    }
    let late = client.post(SIGN_IN_CODE, &[("code", &code)]).await;
    assert_eq!(late.status, 422, "{}", late.summary());
    assert_ne!(client.browser.get("/account").await.status, 200);
}

/// Kratos #4317: one mailbox counted as two factors. One record is never both proofs of a change.
#[tokio::test]
async fn one_verification_record_does_not_count_twice() {
    let app = TestApp::with(crate::http::account_api::everything_editable()).await;
    let ada = create_user(&app, ADA).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let record = account_client.verify_address(&app, "new@example.org").await;
    let change = json!({ "email": "new@example.org", "newIdentifierVerificationRecordId": record });
    assert_eq!(account_client.with_record(&record).send("POST", EMAIL, &change).await.status, 401);
    assert_eq!(app.user(ADA).await.unwrap().id.as_str(), ada.id);
}

/// Authentik #18639: the configuration that was shipped left a step out. What an operator gets who sets
/// nothing has every step and limit.
#[tokio::test]
async fn the_default_configuration_skips_no_step() {
    let app = TestApp::start().await;
    create_user(&app, ADA).await;
    let client = CookieClient::new(&app).await;
    client.request_reset(ADA).await.redirects_to(CODE);
    client.choose_password(NEW).await;
    let code = app.inbox_of(ADA).await.code();
    for _ in 0..10 {
        client.enter_code(&wrong_code(&code)).await;
    }
    assert_ne!(client.enter_code(&code).await.location(), RESET);
    assert!(can_sign_in(&app, ADA, PASSWORD).await && !can_sign_in(&app, ADA, NEW).await);
}

/// Supabase #2398 and PR #2549: a second request told by a 429 who was known.
#[tokio::test]
async fn immediate_repeated_requests_do_not_reveal_who_is_known() {
    let app = sdk_api::start(json!({})).await;
    let mut seen: Vec<Vec<(u16, Value)>> = Vec::new();
    for address in [ADA, "nobody@example.org"] {
        let mut answers = Vec::new();
        for _ in 0..3 {
            let input = json!({ "email": address });
            let page = sdk_api::call(&sdk_api::shop_page(&app), "password/request-reset", input).await;
            answers.push((page.status, serde_json::from_str(&page.html).unwrap()));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
    app.may_leave_messages();
}

/// Outline CVE-2026-33640: another message, another request or another network brought another ten tries.
#[tokio::test]
async fn nothing_grants_more_attempts_than_the_account_has() {
    let mut input = without_throttles();
    input["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": 15, "window": 3600 });
    let app = TestApp::with(input).await;
    create_user(&app, ADA).await;
    for nth in 0..3 {
        let liar = app.browser().with_header("x-forwarded-for", &format!("198.51.100.{nth}"));
        let client = CookieClient::of(liar).await;
        client.request_reset(ADA).await.redirects_to(CODE);
        let code = app.inbox_of(ADA).await.code();
        for _ in 0..8 {
            client.enter_code(&wrong_code(&code)).await;
        }
        if nth == 2 {
            client.enter_code(&code).await.shows_refusal("recovery.waits");
        }
    }
}

/// Auth.js GHSA-7rqj-j65f-68wh: an at sign that only folding makes moved the address to another domain.
#[tokio::test]
async fn a_character_that_normalizes_to_an_at_sign_is_refused() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, ADA).await;
    let client = CookieClient::new(&app).await;
    for typed in [
        "ada\u{ff20}example.org@evil.example",
        "ada\u{fe6b}example.org",
        "ada@example.org\u{ff20}evil.example",
    ] {
        client.post(FORGOT_PASSWORD, &[("identifier", typed)]).await.shows_refusal("identifier.malformed");
    }
}
