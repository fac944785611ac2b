//! Input that no form of ours sends: missing, repeated, too long, malformed, of another content type, at an
//! unknown address.

use serde_json::json;

use super::steps::{
    ACCOUNT, CODE, FORGOT_PASSWORD, NEW_PASSWORD, OLD, SIGN_IN, create_ada, obtain_grant, request_reset,
    sign_in,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// The start of a body, with the token of this browser's forms.
async fn csrf(browser: &Browser) -> String {
    format!("csrf={}", browser.get(FORGOT_PASSWORD).await.value("csrf"))
}

async fn post(browser: &Browser, path: &str, body: &str) -> Page {
    browser.raw("POST", path, &[FORM], body).await
}

#[tokio::test]
async fn missing_fields_are_empty_fields() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let csrf = csrf(&browser).await;
    post(&browser, FORGOT_PASSWORD, &csrf).await.shows_refusal("identifier.malformed");
    post(&browser, SIGN_IN, &csrf).await.shows_refusal("credentials.wrong");
    post(&browser, "/forgot-password/start", &csrf).await.redirects_to(FORGOT_PASSWORD);
    post(&browser, CODE, &csrf).await.redirects_to(FORGOT_PASSWORD);
    post(&browser, NEW_PASSWORD, &csrf).await.redirects_to(FORGOT_PASSWORD);
    post(&browser, "/forgot-password/link/match", &csrf).await.redirects_to(FORGOT_PASSWORD);
    post(&browser, "/not-me", &csrf).await.redirects_to(SIGN_IN);
    request_reset(&browser, "nobody@example.org").await;
    post(&browser, CODE, &csrf).await.shows_refusal("code.malformed");
}

#[tokio::test]
async fn a_field_that_comes_twice_is_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let csrf = csrf(&browser).await;
    for body in [
        format!("{csrf}&identifier=ada%40example.org&identifier=eve%40example.org"),
        format!("{csrf}&{csrf}&identifier=ada%40example.org"),
        format!("csrf=&{csrf}"),
        format!("{csrf}&identifier=a&%69dentifier=b"),
    ] {
        post(&browser, FORGOT_PASSWORD, &body).await.shows_error(400, "malformed");
    }
    assert_eq!(app.deliver().await, 0);
}

#[tokio::test]
async fn broken_encodings_are_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let csrf = csrf(&browser).await;
    for broken in ["%ff", "%c3%28", "%ed%a0%80", "a%00b", "%00"] {
        post(&browser, FORGOT_PASSWORD, &format!("{csrf}&identifier={broken}%40example.org"))
            .await
            .shows_error(400, "malformed");
    }
    for odd in ["%zz", "%", "%4", "a%7f%40example.org"] {
        post(&browser, FORGOT_PASSWORD, &format!("{csrf}&identifier={odd}"))
            .await
            .shows_refusal("identifier.malformed");
    }
    for path in [
        "/forgot-password/link/%ff",
        "/static/%ff",
        "/not-me/%",
        "/account/sessions/%ff/end",
        "/%zz",
        "/dev/inbox/%ff",
    ] {
        let status = browser.get(path).await.status();
        assert!((400..500).contains(&status), "{path}: {status}");
    }
}

#[tokio::test]
async fn input_that_is_too_long_is_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let long = format!("{}@example.org", "a".repeat(288));
    let page = browser.get(FORGOT_PASSWORD).await.fill("identifier", &long).submit().await;
    page.shows_refusal("identifier.malformed");
    assert_eq!(page.value("identifier"), long, "what was typed is there to be mended");
    let absurd = format!("{}@example.org", "é".repeat(20_000));
    browser
        .get(FORGOT_PASSWORD)
        .await
        .fill("identifier", &absurd)
        .submit()
        .await
        .shows_error(413, "too-large");
    let (heavy, browser) = ("x".repeat(8_000), app.browser());
    browser.get(SIGN_IN).await.fill("identifier", &heavy).submit().await.shows_refusal("credentials.wrong");
    let stored = browser.get(SIGN_IN).await.value("identifier");
    assert_eq!(stored, "", "a cookie has no room for it");
}

#[tokio::test]
async fn a_body_ends_at_64_kib() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let csrf = csrf(&browser).await;
    let filled = |size: usize| {
        let start = format!("{csrf}&identifier=");
        format!("{start}{}", "a".repeat(size - start.len()))
    };
    post(&browser, FORGOT_PASSWORD, &filled(64 * 1024)).await.shows_refusal("identifier.malformed");
    post(&browser, FORGOT_PASSWORD, &filled(64 * 1024 + 1)).await.shows_error(413, "too-large");
    post(&browser, FORGOT_PASSWORD, &filled(1024 * 1024)).await.shows_error(413, "too-large");
    assert_eq!(browser.get(FORGOT_PASSWORD).await.status(), 200);
}

#[tokio::test]
async fn a_password_may_be_long_but_is_bounded() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let page = obtain_grant(&app, &app.browser(), &ada.email).await;
    let page = page.fill("newPassword", &"walrus ".repeat(500)).submit().await;
    page.shows_refusal("password.rejected").says("password-rejected-too-long");
    let page = page.fill("newPassword", &"walrus ".repeat(5000)).submit().await;
    page.shows_refusal("password.rejected").says("password-rejected-too-long");
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 0);
}

#[tokio::test]
async fn other_kinds_of_content_are_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let csrf = csrf(&browser).await;
    let body = format!("{csrf}&identifier=ada%40example.org");
    let json = json!({ "csrf": csrf, "identifier": "ada@example.org" }).to_string();
    for (kind, body) in [
        ("application/json", json.as_str()),
        ("text/plain", &body),
        ("multipart/form-data; boundary=x", &body),
        ("", &body),
    ] {
        let page = browser.raw("POST", FORGOT_PASSWORD, &[("content-type", kind)], body).await;
        page.shows_error(415, "malformed");
    }
    let page = browser.raw("POST", FORGOT_PASSWORD, &[], body.as_str()).await;
    page.shows_error(415, "malformed");
    let charset = ("content-type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8");
    browser.raw("POST", FORGOT_PASSWORD, &[charset], body.as_str()).await.redirects_to(CODE);
}

#[tokio::test]
async fn an_unknown_path_is_a_page_that_helps() {
    let app = TestApp::start().await;
    for path in [
        "/nowhere",
        "/account//x",
        "/Sign-In",
        "/static/../Cargo.toml",
        "/static/passwd",
        "/.git/config",
        "/forgot-password/nope",
    ] {
        let page = app.browser().get(path).await;
        page.shows_error(404, "not-found");
        assert!(page.links().contains(&"/".to_owned()), "{path}");
        assert!(page.header("content-security-policy").contains("default-src 'none'"), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_method_says_which_there_are() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for (method, path) in [
        ("PUT", SIGN_IN),
        ("DELETE", ACCOUNT),
        ("PATCH", FORGOT_PASSWORD),
        ("POST", "/forgot-password/done"),
        ("GET", "/sign-out"),
        ("GET", "/forgot-password/verification-code/resend"),
        ("GET", "/account/sessions/end-all"),
        ("BREW", SIGN_IN),
    ] {
        let page = browser.raw(method, path, &[], "").await;
        page.shows_error(405, "method-not-allowed");
        assert!(!page.header("allow").is_empty(), "{method} {path} does not say what is allowed");
    }
}

#[tokio::test]
async fn no_get_and_no_head_changes_anything() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    sign_in(&browser, &ada.email, OLD).await;
    let before = browser.cookie("session");
    for path in [
        ACCOUNT,
        "/account/password",
        "/sign-out",
        "/account/sessions/end-all",
        "/account/sessions/end-others",
        "/not-me",
    ] {
        browser.raw("HEAD", path, &[], "").await;
        browser.get(path).await;
    }
    assert_eq!(browser.cookie("session"), before);
    browser.get(ACCOUNT).await.shows(&ada.email);
}

#[tokio::test]
async fn line_ends_never_reach_a_mail_header() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let csrf = csrf(&browser).await;
    for typed in [
        "ada%40example.org%0d%0aBcc%3a%20eve%40example.org",
        "ada%0a%40example.org",
        "%22a%0d%0ab%22%40example.org",
    ] {
        post(&browser, FORGOT_PASSWORD, &format!("{csrf}&identifier={typed}"))
            .await
            .shows_refusal("identifier.malformed");
    }
    for typed in ["%0d%0aada%40example.org%0d%0a", "ada%40example.org%0a"] {
        app.clock.advance(70);
        post(&browser, FORGOT_PASSWORD, &format!("{csrf}&identifier={typed}")).await.redirects_to(CODE);
        let message = app.inbox_of(&ada.email).await.newest().clone();
        assert!(!message.rendered.subject.contains(['\r', '\n']));
    }
    app.clock.advance(70);
    let agent = "Mozilla/5.0 (X11; Linux x86_64)\tFirefox/140.0\u{80}<b>Bcc: eve@example.org</b>";
    request_reset(&app.browser().with_header("user-agent", agent), &ada.email).await;
    let message = app.inbox_of(&ada.email).await.newest().clone();
    assert!(!message.rendered.subject.contains(['\r', '\n', '\t']) && !message.rendered.text.contains("Bcc"));
    assert!(!message.rendered.html.unwrap().contains("<b>Bcc"));
}

#[tokio::test]
async fn what_was_typed_is_shown_as_text() {
    let app = TestApp::start().await;
    let typed = "\"><script>alert(1)</script>";
    for path in [FORGOT_PASSWORD, SIGN_IN] {
        let page = app.browser().get(path).await.fill("identifier", typed).submit().await;
        assert_eq!((page.status(), page.value("identifier")), (422, typed.to_owned()));
        assert!(!page.html.contains("<script>alert"));
    }
}
