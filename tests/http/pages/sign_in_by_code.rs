//! Signing in by a code instead of a password, where the settings offer it.

use serde_json::{Value, json};

use super::steps::{
    ACCOUNT, CODE, FORGOT_PASSWORD, NEW_PASSWORD, OLD, SIGN_IN, SIGN_IN_CODE, create_ada, different_code,
    is_signed_in, request_reset, sign_in, try_sign_in,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::db_dump;
use crate::support::page::Page;

/// The button for a code.
const SEND: &str = "/sign-in/code";

fn methods(methods: Value) -> Value {
    json!({ "settings": { "signInExperience": { "signIn": { "methods": methods } } } })
}

/// Password or code, by address, number or name.
fn password_or_code() -> Value {
    methods(json!([
        { "identifier": "email", "verificationCode": true },
        { "identifier": "phone", "verificationCode": true },
        { "identifier": "username" },
    ]))
}

async fn request_code(browser: &Browser, identifier: &str) -> Page {
    let page = browser.get("/sign-in?first_screen=sign_in").await.fill("identifier", identifier);
    page.submit_to(SEND).await.follow_redirect_to(SIGN_IN_CODE).await
}

async fn sign_in_by_code(app: &TestApp, browser: &Browser, identifier: &str) -> Page {
    let page = request_code(browser, identifier).await;
    let code = app.inbox_of(identifier).await.code();
    page.fill("code", &code).submit().await
}

async fn lockout_count(app: &TestApp) -> i64 {
    db_dump::query_number(app, "select count(*) from audit_log where event = 'identifier_lockout'").await
}

#[tokio::test]
async fn a_code_by_mail_or_sms_signs_in() {
    let app = TestApp::with(password_or_code()).await;
    app.new_user("ada@example.org").with_phone("+12025550143").with_password(OLD).make().await;
    app.browser().get(SIGN_IN).await.says("sign-in-send-code");
    for identifier in ["ada@example.org", "+12025550143"] {
        let browser = app.browser();
        sign_in_by_code(&app, &browser, identifier)
            .await
            .follow_redirect_to(ACCOUNT)
            .await
            .shows("ada@example.org");
        let inbox = app.inbox_of(identifier).await;
        assert_eq!((inbox.count(), inbox.count_of("SignIn")), (1, 1));
        assert!(inbox.newest().link.is_none());
    }
    let query =
        "select count(*) from audit_log where event = 'sign_in' and result = 'success' and about is not null";
    assert_eq!(db_dump::query_number(&app, query).await, 2, "the log says that it was by a code");
}

#[tokio::test]
async fn a_user_without_a_usable_password_signs_in_by_code() {
    let app = TestApp::with(password_or_code()).await;
    app.new_user("bob@example.org").make().await;
    create_ada(&app).await;
    db_dump::execute(&app, "update users set password_frozen_at = 1").await;
    for identifier in ["bob@example.org", "ada@example.org"] {
        sign_in_by_code(&app, &app.browser(), identifier).await.redirects_to(ACCOUNT);
    }
}

#[tokio::test]
async fn unknown_and_suspended_users_get_the_same_page_and_no_message() {
    let app = TestApp::with(password_or_code()).await;
    app.new_user("eve@example.org").with_password(OLD).suspended().make().await;
    for identifier in ["nobody@example.org", "eve@example.org"] {
        let page = request_code(&app.browser(), identifier).await;
        page.says("code-lead-email");
        assert_eq!(app.inbox_of(identifier).await.count(), 0);
        page.fill("code", "123456").submit().await.shows_refusal("code.wrong");
    }
}

#[tokio::test]
async fn a_user_suspended_after_the_message_can_not_sign_in() {
    let app = TestApp::with(password_or_code()).await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = request_code(&browser, &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    db_dump::execute(&app, "update users set is_suspended = true").await;
    page.fill("code", &code).submit().await.shows_refusal_text("code-elsewhere-title");
    assert!(!is_signed_in(&browser).await);
}

/// A code signs in once, and only where it is asked for.
#[tokio::test]
async fn sign_in_codes_and_reset_codes_are_not_interchangeable() {
    let app = TestApp::with(password_or_code()).await;
    let ada = create_ada(&app).await;
    let (signing, resetting) = (app.browser(), app.browser());
    let waits = request_code(&signing, &ada.email).await;
    let to_sign_in = app.inbox_of(&ada.email).await.code();
    app.clock.advance(60);
    let requested = request_reset(&resetting, &ada.email).await;
    let to_reset = app.inbox_of(&ada.email).await.code();
    waits.clone().fill("code", &to_reset).submit().await.shows_refusal("code.wrong");
    requested.clone().fill("code", &to_sign_in).submit().await.shows_refusal("code.wrong");
    requested.fill("code", &to_reset).submit().await.redirects_to(NEW_PASSWORD);
    let stored = signing.jar();
    waits.clone().fill("code", &to_sign_in).submit().await.redirects_to(ACCOUNT);
    signing.restore(stored);
    waits.fill("code", &to_sign_in).submit().await.shows_refusal_text("code-ended-title");
    signing.get(CODE).await.redirects_to(FORGOT_PASSWORD);
    signing.get(NEW_PASSWORD).await.redirects_to(FORGOT_PASSWORD);
}

/// A reset ends what was asked for before it.
#[tokio::test]
async fn a_reset_ends_a_code_to_sign_in() {
    let app = TestApp::with(password_or_code()).await;
    let ada = create_ada(&app).await;
    let waits = request_code(&app.browser(), &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    app.clock.advance(60);
    super::steps::reset_password(&app, &app.browser(), &ada.email, super::steps::NEW).await;
    waits.fill("code", &code).submit().await.shows_refusal("code.earlier");
}

#[tokio::test]
async fn an_identifier_with_codes_only_accepts_no_password() {
    let only = methods(json!([{ "identifier": "email", "password": false, "verificationCode": true }]));
    let app = TestApp::with(only).await;
    let ada = create_ada(&app).await;
    let page = app.browser().get(SIGN_IN).await;
    page.says("label-email").does_not_say("forgot-link").does_not_say("label-password");
    assert!(page.all("input[type=password]", "name").is_empty());
    page.fill("identifier", &ada.email).submit().await.redirects_to(SIGN_IN_CODE);
    let browser = app.browser();
    let csrf = browser.get(SIGN_IN).await.value("csrf");
    let fields = [("csrf", csrf.as_str()), ("identifier", ada.email.as_str()), ("password", OLD)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let refused = browser.post(SIGN_IN, &fields).await;
    refused.shows_refusal("sign-in.off");
    assert!(!is_signed_in(&browser).await);
    app.deliver().await;
    app.may_leave_messages();
}

#[tokio::test]
async fn what_the_settings_do_not_offer_is_refused() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    let page = browser.get(SIGN_IN).await;
    assert!(!page.has_button_to(SEND));
    let fields = [("csrf".to_owned(), page.value("csrf")), ("identifier".to_owned(), ada.email.clone())];
    browser.post(SEND, &fields).await.shows_refusal("sign-in.off");
    let mut only_mail = password_or_code();
    only_mail["connectors"] =
        json!([{ "id": "mail", "connectorId": "inbox", "type": "Email", "config": {} }]);
    let app = TestApp::with(only_mail).await;
    let page = app.browser().get(SIGN_IN).await;
    page.says("sign-in-email-code");
    for typed in ["+12025550143", "ada_l"] {
        page.clone().fill("identifier", typed).submit_to(SEND).await.shows_refusal("identifier.unreachable");
    }
    page.fill("identifier", "ada@").submit_to(SEND).await.shows_refusal("identifier.malformed");
}

/// Passwords and codes are one count: the hundredth failure closes the lock, whichever it is, and nothing
/// opens it but time or a reset.
#[tokio::test]
async fn passwords_and_codes_are_counted_together() {
    let mut settings = password_or_code();
    settings["settings"]["throttle"] = json!({ "guessesPerRequest": 0, "guessesPerAccount": { "limit": 0 } });
    let app = TestApp::with(settings).await;
    let ada = create_ada(&app).await;
    for identifier in [ada.email.as_str(), "bob@example.org"] {
        let page = app.browser().get(SIGN_IN).await.fill("identifier", identifier).fill("password", "wrong");
        for _ in 0..60 {
            page.submit().await.shows_refusal("credentials.wrong");
        }
        let page = request_code(&app.browser(), identifier).await.fill("code", "000000");
        for _ in 0..39 {
            page.submit().await.shows_refusal("code.wrong");
        }
        assert_eq!(page.submit().await.shows_refusal("throttled").retry_after(), 3600);
        try_sign_in(&app.browser(), identifier, OLD).await.shows_refusal("throttled");
    }
    assert_eq!(lockout_count(&app).await, 2, "once for each lock");
    app.clock.advance(60);
    let page = request_code(&app.browser(), &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    page.clone().fill("code", &code).submit().await.shows_refusal("throttled");
    app.clock.advance(3540);
    sign_in(&app.browser(), &ada.email, OLD).await;
    app.may_leave_messages();
}

#[tokio::test]
async fn a_right_code_clears_earlier_failures() {
    let app = TestApp::with(password_or_code()).await;
    let ada = create_ada(&app).await;
    let page = app.browser().get(SIGN_IN).await.fill("identifier", &ada.email).fill("password", "wrong");
    for _ in 0..98 {
        page.submit().await.shows_refusal("credentials.wrong");
    }
    sign_in_by_code(&app, &app.browser(), &ada.email).await.redirects_to(ACCOUNT);
    page.submit().await.shows_refusal("credentials.wrong");
    page.submit().await.shows_refusal("credentials.wrong");
    assert_eq!(lockout_count(&app).await, 0);
}

#[tokio::test]
async fn signing_in_again_ends_the_previous_session() {
    let app = TestApp::with(password_or_code()).await;
    let ada = create_ada(&app).await;
    let (browser, attacker) = (app.browser(), app.browser());
    sign_in(&browser, &ada.email, OLD).await;
    attacker.restore(browser.jar());
    sign_in_by_code(&app, &browser, &ada.email).await.redirects_to(ACCOUNT);
    assert!(is_signed_in(&browser).await && !is_signed_in(&attacker).await);
    let page = request_code(&browser, &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    page.fill("code", &different_code(&code)).submit().await.shows_refusal("code.wrong");
    assert!(is_signed_in(&browser).await, "a wrong code ends nothing");
    app.may_leave_messages();
}
