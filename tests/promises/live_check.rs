//! What a page learns while a password is typed: only for whoever may set it, the same verdict as the form's,
//! and nothing of it is left behind.

use std::collections::BTreeSet;

use rekey_adapters::i18n::Lang;
use serde_json::{Value, json};

use super::same_policy::{passwords, reasons_on_page, strict};
use super::{CookieClient, FORM, PASSWORD, RESET, create_user, obtain_grant, without_throttles};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;

const RESET_CHECK: &str = "/forgot-password/reset/check";
const CHANGE_CHECK: &str = "/account/password/check";

/// What a reason's key begins with, and the line of the list it belongs to.
const LINES: [(&str, &str); 9] = [
    ("password-rejected-too-short", "min"),
    ("password-rejected-too-long", "max"),
    ("password-rejected-character-types", "types"),
    ("password-rejected-unsupported-characters", "ascii"),
    ("password-rejected-pwned", "pwned"),
    ("password-rejected-restricted-repetition", "patterns"),
    ("password-rejected-restricted-sequence", "patterns"),
    ("password-rejected-restricted-words", "words"),
    ("password-rejected-restricted-user-info", "personal"),
];

fn json_body(page: &Page) -> Value {
    assert_eq!(page.header("content-type"), "application/json", "{}", page.html);
    serde_json::from_str(&page.html).unwrap()
}

async fn check_password(client: &CookieClient, path: &str, password: &str) -> Page {
    client.post(path, &[("newPassword", password)]).await
}

async fn sign_in(app: &TestApp) -> CookieClient {
    let client = CookieClient::new(app).await;
    let fields = [("identifier", "ada@example.org"), ("password", PASSWORD)];
    client.post("/sign-in", &fields).await.redirects_to("/account");
    client
}

/// The line of a reason as it is said in English.
fn line(reason: &str) -> &'static str {
    let catalog = std::sync::Arc::new(rekey::embedded::catalog().unwrap());
    let translations = rekey_adapters::i18n::Translations::new(catalog, Lang::En);
    let says = |key: &str| {
        [1, 2, 3, 4, 6, 8, 256, 300, 4096].iter().any(|bound| translations.n(key, "bound", *bound) == reason)
    };
    LINES.iter().find(|(key, _)| says(key)).unwrap_or_else(|| panic!("no line for {reason:?}")).1
}

/// What the page is told of each password: while somebody resets, and while somebody signed in changes.
async fn assert_page_and_form_agree(settings: Value) {
    let app = TestApp::with(settings).await;
    app.new_user("ada@example.org").with_username("adalove").with_password(PASSWORD).make().await;
    app.may_leave_messages();
    let owner = sign_in(&app).await;
    let mut changes = Vec::new();
    for password in passwords() {
        app.clock.advance(1);
        changes.push(json_body(&check_password(&owner, CHANGE_CHECK, &password).await));
    }
    let mut client = obtain_grant(&app, "ada@example.org").await;
    let listed = client.browser.get(RESET).await.all("#rules li", "data-rule");
    for (password, change) in passwords().iter().zip(changes) {
        app.clock.advance(1);
        let answer = json_body(&check_password(&client, RESET_CHECK, password).await);
        assert_eq!(answer, change, "{password:?}");
        let judgement = reasons_on_page(&client.choose_password(password).await);
        assert_same_verdict(password, &answer, &judgement.clone().unwrap_or_default(), &listed);
        if judgement.is_none() {
            client = obtain_grant(&app, "ada@example.org").await;
        }
    }
}

/// Every reason of the form has its line unmet, or is said as advice when it has none; and nothing else is
/// unmet.
fn assert_same_verdict(password: &str, answer: &Value, reasons: &[String], listed: &[String]) {
    let texts = |name: &str| -> BTreeSet<String> {
        answer[name].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let (with_line, without): (Vec<_>, Vec<_>) =
        reasons.iter().partition(|reason| listed.iter().any(|name| name == line(reason)));
    let lines: BTreeSet<String> = with_line.into_iter().map(|reason| line(reason).to_owned()).collect();
    assert_eq!(texts("unmet"), lines, "{password:?}: {reasons:?}");
    assert!(without.iter().all(|reason| texts("advice").contains(*reason)), "{password:?}: {answer}");
    assert!(answer["advice"].as_array().unwrap().len() <= 2 && !answer["word"].as_str().unwrap().is_empty());
    assert!((0..=4).contains(&answer["score"].as_i64().unwrap()));
}

#[tokio::test]
async fn the_live_check_agrees_with_the_form() {
    assert_page_and_form_agree(without_throttles()).await;
}

#[tokio::test]
async fn the_live_check_agrees_with_the_form_under_any_policy() {
    assert_page_and_form_agree(strict()).await;
}

#[tokio::test]
async fn a_breached_password_is_never_called_strong() {
    let app = TestApp::start().await;
    create_user(&app, "ada@example.org").await;
    let client = obtain_grant(&app, "ada@example.org").await;
    for (password, scores) in
        [("password1234", 0..=0), ("ada@example.org", 0..=1), ("brisk otter lantern 42", 4..=4)]
    {
        let answer = json_body(&check_password(&client, RESET_CHECK, password).await);
        assert!(scores.contains(&answer["score"].as_i64().unwrap()), "{password}: {answer}");
    }
}

#[tokio::test]
async fn the_live_check_answers_in_the_language_of_the_page() {
    let app = TestApp::start().await;
    create_user(&app, "ada@example.org").await;
    let client = obtain_grant(&app, "ada@example.org").await;
    for (lang, word) in [("en", "Very easy to guess."), ("de", "Sehr leicht zu erraten.")] {
        client.browser.get(&format!("{RESET}?ui_locales={lang}")).await;
        let page = check_password(&client, RESET_CHECK, "password").await;
        assert_eq!(
            (page.header("content-language"), json_body(&page)["word"].as_str().unwrap()),
            (lang, word)
        );
    }
}

#[tokio::test]
async fn the_live_check_needs_a_grant_or_a_session() {
    let app = TestApp::start().await;
    create_user(&app, "ada@example.org").await;
    let attacker = CookieClient::new(&app).await;
    for (path, status, code) in [(RESET_CHECK, 403, "grant.gone"), (CHANGE_CHECK, 401, "credentials.wrong")] {
        let page = check_password(&attacker, path, "password").await;
        assert_eq!((page.status, json_body(&page)), (status, json!({ "refused": code })));
    }
    let client = obtain_grant(&app, "ada@example.org").await;
    assert_eq!(check_password(&client, RESET_CHECK, "password").await.status, 200);
    app.clock.advance(3601);
    let late = check_password(&client, RESET_CHECK, "password").await;
    assert_eq!(
        (late.status, json_body(&late)),
        (403, json!({ "refused": "grant.gone" })),
        "the grant has run out"
    );
}

#[tokio::test]
async fn the_settings_may_close_the_account_page() {
    let mut settings = without_throttles();
    settings["settings"]["accountCenter"] = json!({ "fields": { "password": "ReadOnly" } });
    let app = TestApp::with(settings).await;
    create_user(&app, "ada@example.org").await;
    let owner = sign_in(&app).await;
    assert_eq!(check_password(&owner, CHANGE_CHECK, "password").await.status, 404);
}

#[tokio::test]
async fn a_forged_or_malformed_live_check_is_refused_like_a_form() {
    let app = TestApp::start().await;
    create_user(&app, "ada@example.org").await;
    let client = obtain_grant(&app, "ada@example.org").await;
    let csrf = client.browser.get(RESET).await.value("csrf");
    let huge = format!("csrf={csrf}&newPassword={}", "a".repeat(1024 * 1024));
    for (body, status) in [
        ("newPassword=password".to_owned(), 403),
        ("csrf=wrong&newPassword=password".to_owned(), 403),
        (format!("csrf={csrf}&newPassword=a&newPassword=b"), 400),
        (format!("csrf={csrf}&newPassword=%ff"), 400),
        (huge, 413),
        (format!("csrf={csrf}"), 200),
        (format!("csrf={csrf}&newPassword=password&other=1"), 200),
    ] {
        for path in [RESET_CHECK, CHANGE_CHECK] {
            let page = client.browser.raw("POST", path, &[FORM], body.clone()).await;
            let expected = if path == CHANGE_CHECK && status == 200 { 401 } else { status };
            assert_eq!(page.status, expected, "{path} {}", &body[..body.len().min(60)]);
        }
    }
    let kind = ("content-type", "application/json");
    assert_eq!(client.browser.raw("POST", RESET_CHECK, &[kind], "{}").await.status, 415);
    let forged = [FORM, ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    let body = format!("csrf={csrf}&newPassword=password");
    assert_eq!(client.browser.raw("POST", RESET_CHECK, &forged, body).await.status, 403);
}

#[tokio::test]
async fn the_live_check_stores_nothing() {
    let app = TestApp::start().await;
    create_user(&app, "ada@example.org").await;
    let (client, owner) = (obtain_grant(&app, "ada@example.org").await, sign_in(&app).await);
    let (before, cookies) = (db_dump::all(&app).await, (client.cookies(), owner.cookies()));
    for password in ["p", "password", "ada@example.org", "brisk otter lantern 42", ""] {
        assert_eq!(check_password(&client, RESET_CHECK, password).await.status, 200);
        assert_eq!(check_password(&owner, CHANGE_CHECK, password).await.status, 200);
    }
    check_password(&CookieClient::new(&app).await, CHANGE_CHECK, "password").await;
    assert_eq!(db_dump::changes(&before, &db_dump::all(&app).await), Vec::<String>::new());
    assert_eq!((client.cookies(), owner.cookies()), cookies);
    client.choose_password("brisk otter lantern 42").await.redirects_to(super::DONE);
    app.deliver().await;
}

#[tokio::test]
async fn the_live_check_is_limited_per_caller() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let client = obtain_grant(&app, "ada@example.org").await;
    for _ in 0..30 {
        assert_eq!(check_password(&client, RESET_CHECK, "password").await.status, 200);
    }
    let page = check_password(&client, RESET_CHECK, "password").await;
    assert_eq!((page.status, page.retry_after()), (429, 1));
    assert_eq!(json_body(&page), json!({ "refused": "throttled" }));
    app.clock.advance(1);
    assert_eq!(check_password(&client, RESET_CHECK, "password").await.status, 200);
    client.choose_password("brisk otter lantern 42").await.redirects_to(super::DONE);
    app.deliver().await;
}
