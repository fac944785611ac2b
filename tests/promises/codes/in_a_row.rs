//! Failures in a row are counted over any time: after a hundred the account's codes wait for a link or
//! another proof, and its password for a reset. The owner hears of it once; an address that nobody has is
//! answered alike.

use serde_json::{Value, json};

use super::super::no_oracle::{Recording, compare_accounts};
use super::super::{
    CODE, CookieClient, DONE, LINK, PASSWORD, RESEND, RESET, can_sign_in, request_code, wrong_code,
};
use super::{ADA, PHONE, RECOVERY, SIGN_IN, all_methods_enabled, create_ada};
use crate::support::app::TestApp;
use crate::support::db_dump;
use rekey_core::audit::actor::Actor;
use rekey_core::lockout;
use rekey_core::maintenance;
use rekey_core::types::caller::Caller;

const DAY: i64 = 24 * 3600;
const NEW: &str = "a much better phrase";

/// Ten wrong codes in each of ten requests, a day apart, with another message in between.
async fn guess_a_hundred_codes(app: &TestApp, identifier: &str) {
    for round in 0..10 {
        app.clock.advance(DAY);
        let flow = if round % 2 == 0 { RECOVERY } else { SIGN_IN };
        let client = flow.start(app, identifier).await;
        let code = app.inbox_of(identifier).await.code();
        for guess in 0..10 {
            if guess == 5 && round == 0 {
                app.clock.advance(60);
                client.post(RESEND, &[]).await.redirects_to(CODE);
                app.deliver().await;
            }
            let page = client.post(flow.code, &[("code", &wrong_code(&code))]).await;
            assert_eq!(page.status, 422, "{round} {guess} {}", page.text());
        }
    }
    sweep(app).await;
}

async fn sweep(app: &TestApp) {
    app.run(|program| async move { maintenance::sweep(&program.core).await.unwrap() }).await;
}

async fn follow_the_link(app: &TestApp, address: &str) -> CookieClient {
    let link = app.inbox_of(address).await.link_path();
    let owner = CookieClient::new(app).await;
    owner.browser.get(&link).await.redirects_to(LINK);
    owner.post(LINK, &[]).await.redirects_to(RESET);
    owner
}

#[tokio::test]
async fn a_hundred_wrong_codes_in_a_row_block_codes_until_a_link_is_used() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    guess_a_hundred_codes(&app, ADA).await;
    assert_eq!(app.inbox_of(ADA).await.count_of("AttemptsBlocked"), 1, "told once");
    assert_eq!(app.inbox_of(PHONE).await.count_of("AttemptsBlocked"), 1, "at every address");
    app.clock.advance(300 * DAY);
    sweep(&app).await;
    for flow in [RECOVERY, SIGN_IN] {
        let client = flow.start(&app, ADA).await;
        let code = app.inbox_of(ADA).await.code();
        client.post(flow.code, &[("code", &code)]).await.shows_refusal("codes.blocked");
        app.clock.advance(60);
    }
    let by_phone = RECOVERY.start(&app, PHONE).await;
    by_phone.enter_code(&app.inbox_of(PHONE).await.code()).await.shows_refusal("codes.blocked");
    app.clock.advance(60);
    RECOVERY.start(&app, ADA).await;
    follow_the_link(&app, ADA).await.choose_password(NEW).await.redirects_to(DONE);
    let (client, code) = request_code(&app, ADA).await;
    client.enter_code(&code).await.redirects_to(RESET);
    assert_eq!(app.inbox_of(ADA).await.count_of("AttemptsBlocked"), 1);
}

/// A success in between begins the count anew; so does the password, which proves as much.
#[tokio::test]
async fn another_proof_unblocks_codes() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    guess_a_hundred_codes(&app, ADA).await;
    app.clock.advance(DAY);
    let client = RECOVERY.start(&app, ADA).await;
    let code = app.inbox_of(ADA).await.code();
    client.enter_code(&code).await.shows_refusal("codes.blocked");
    assert!(can_sign_in(&app, ADA, PASSWORD).await);
    client.enter_code(&code).await.redirects_to(RESET);
    app.inbox_of(PHONE).await;
}

#[tokio::test]
async fn a_hundred_wrong_passwords_in_a_row_block_the_password_until_a_reset() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    guess_a_hundred_passwords(&app, ADA).await;
    assert_eq!(app.inbox_of(ADA).await.count_of("AttemptsBlocked"), 1, "told once");
    app.clock.advance(300 * DAY);
    sweep(&app).await;
    let page =
        CookieClient::new(&app).await.post("/sign-in", &[("identifier", ADA), ("password", PASSWORD)]).await;
    page.shows_refusal("password.blocked").says("forgot-link");
    RECOVERY.start(&app, ADA).await;
    follow_the_link(&app, ADA).await.choose_password(NEW).await.redirects_to(DONE);
    assert!(can_sign_in(&app, ADA, NEW).await);
    assert_eq!(app.inbox_of(ADA).await.count_of("AttemptsBlocked"), 1);
    app.inbox_of(PHONE).await;
}

async fn guess_a_hundred_passwords(app: &TestApp, identifier: &str) {
    for round in 0..10 {
        app.clock.advance(DAY);
        // A page is good for less than a day.
        let client = CookieClient::new(app).await;
        for guess in 0..10 {
            let fields = [("identifier", identifier), ("password", "not the password")];
            let page = client.post("/sign-in", &fields).await;
            let is_last = round == 9 && guess == 9;
            page.shows_refusal(if is_last { "password.blocked" } else { "credentials.wrong" });
        }
    }
    sweep(app).await;
}

/// A few failures are remembered for a week and swept a day later; a success leaves nothing to remember.
#[tokio::test]
async fn a_few_wrong_passwords_are_forgotten_in_a_week() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    let wrong = [("identifier", ADA), ("password", "not the password")];
    let remembered = "select count(*) from throttles where failures > 0";
    CookieClient::new(&app).await.post("/sign-in", &wrong).await.shows_refusal("credentials.wrong");
    for (days, left) in [(6, 1), (1, 1), (1, 0)] {
        app.clock.advance(days * DAY + 1);
        sweep(&app).await;
        assert_eq!(db_dump::query_number(&app, remembered).await, left, "{days}");
    }
    CookieClient::new(&app).await.post("/sign-in", &wrong).await.shows_refusal("credentials.wrong");
    assert!(can_sign_in(&app, ADA, PASSWORD).await);
    app.clock.advance(2 * DAY);
    sweep(&app).await;
    assert_eq!(db_dump::query_number(&app, "select count(*) from throttles").await, 0);
}

/// A code proves as much as a reset would have to be proved with; and an administrator opens it.
#[tokio::test]
async fn a_code_or_an_administrator_unblocks_the_password() {
    for by_code in [true, false] {
        let app = TestApp::with(all_methods_enabled()).await;
        create_ada(&app).await;
        guess_a_hundred_passwords(&app, ADA).await;
        app.deliver().await;
        assert!(!can_sign_in(&app, ADA, PASSWORD).await);
        if by_code {
            let client = SIGN_IN.start(&app, ADA).await;
            let code = app.inbox_of(ADA).await.code();
            client.post(SIGN_IN.code, &[("code", &code)]).await.redirects_to(SIGN_IN.onward);
        } else {
            unlock(&app).await
        }
        assert!(can_sign_in(&app, ADA, PASSWORD).await);
    }
}

async fn unlock(app: &TestApp) {
    app.run(|program| async move {
        let caller = Caller::default();
        let by = Actor { caller: &caller, key: "tests" };
        lockout::unlock(&program.core, by, &[ADA.to_owned()]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_administrator_unblocks_codes() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    guess_a_hundred_codes(&app, ADA).await;
    app.deliver().await;
    app.clock.advance(DAY);
    let (client, code) = request_code(&app, ADA).await;
    client.enter_code(&code).await.shows_refusal("codes.blocked");
    unlock(&app).await;
    client.enter_code(&code).await.redirects_to(RESET);
}

/// Whoever switches the limits off has none.
#[tokio::test]
async fn disabled_limits_block_nothing() {
    let mut input = all_methods_enabled();
    input["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": 0 });
    input["settings"]["throttle"]["signInFailures"] = json!({ "limit": 0 });
    let app = TestApp::with(input).await;
    create_ada(&app).await;
    guess_a_hundred_codes(&app, ADA).await;
    let client = CookieClient::new(&app).await;
    for _ in 0..101 {
        let fields = [("identifier", ADA), ("password", "not the password")];
        client.post("/sign-in", &fields).await.shows_refusal("credentials.wrong");
    }
    assert!(can_sign_in(&app, ADA, PASSWORD).await);
    app.clock.advance(DAY);
    let (client, code) = request_code(&app, ADA).await;
    client.enter_code(&code).await.redirects_to(RESET);
}

/// Known, unknown, suspended, password-less and frozen alike, up to the hundredth and after it.
#[tokio::test]
async fn a_block_reveals_nothing() {
    compare_accounts(all_methods_enabled(), async |script: &mut Recording| {
        let email = script.email.clone();
        for _ in 0..11 {
            script.app.clock.advance(DAY);
            // A page is good for less than a day.
            let client = CookieClient::new(&script.app).await;
            script.request_reset(&client).await;
            script.app.deliver().await;
            for _ in 0..10 {
                script.post(&client, CODE, &[("code", "000000")]).await;
                script.post(&client, "/sign-in", &[("identifier", &email), ("password", "not it")]).await;
            }
            script.get(&client, CODE).await;
        }
        let blocked = "select count(*) from throttles where failures = 100";
        assert_eq!(
            db_dump::query_number(&script.app, blocked).await,
            2,
            "{email}: the codes and the password"
        );
    })
    .await;
}

fn with_links(mut input: Value) -> Value {
    input["settings"]["sms"] = json!({ "links": true });
    input
}

/// Where an operator lets links go by SMS, who has a phone alone goes on, too; the last line stays that of
/// the machine.
#[tokio::test]
async fn a_link_by_sms_unblocks_codes_where_it_is_allowed() {
    let app = TestApp::with(with_links(all_methods_enabled())).await;
    create_ada(&app).await;
    guess_a_hundred_codes(&app, PHONE).await;
    app.clock.advance(DAY);
    let client = RECOVERY.start(&app, PHONE).await;
    let inbox = app.inbox_of(PHONE).await;
    client.enter_code(&inbox.code()).await.shows_refusal("codes.blocked");
    let lines: Vec<&str> = inbox.text().lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].contains("/forgot-password/link/"), "{lines:?}");
    assert!(lines[2].starts_with('@') && lines[2].ends_with(&format!("#{}", inbox.code())), "{lines:?}");
    follow_the_link(&app, PHONE).await.choose_password(NEW).await.redirects_to(DONE);
    assert!(can_sign_in(&app, ADA, NEW).await);
    app.deliver().await;
    app.may_leave_messages();
}

#[tokio::test]
async fn without_that_setting_an_sms_has_no_link() {
    let app = TestApp::with(all_methods_enabled()).await;
    create_ada(&app).await;
    RECOVERY.start(&app, PHONE).await;
    let inbox = app.inbox_of(PHONE).await;
    assert!(!inbox.text().contains("/forgot-password/link/") && inbox.newest().link.is_none());
}
