//! The promises through the Experience API, which shares its core with the pages.

use serde_json::{Value, json};

use crate::http::experience_api::{
    BEGIN, CHOOSE, CustomUi, IDENTIFY, INTERACTION, PROFILE, PROVE, SEND, SUBMIT, VERIFY_CODE,
    all_methods_enabled, code_request, code_verification, email,
};
use crate::http::{body, send, status_and_code};
use crate::promises::no_oracle::{Recording, compare_accounts};
use crate::promises::{CODE, CookieClient, PASSWORD, RESET, can_sign_in, request_code, wrong_code};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::concurrency::{MANY, run_concurrently};
use crate::support::db_dump;
use crate::support::page::Page;

const ADA: &str = "ada@example.org";
const NEW: &str = "a much better phrase";

async fn start() -> TestApp {
    let app = TestApp::with(all_methods_enabled()).await;
    app.new_user(ADA).with_password(PASSWORD).make().await;
    app.may_leave_messages();
    app
}

fn count_status(answers: &[Page], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// The same call with the same cookies, so many times at once, over two instances in turn.
async fn call_concurrently(
    app: &TestApp,
    second: &TestApp,
    ui: &CustomUi,
    call: (&'static str, &'static str, Value),
) -> Vec<Page> {
    let (jar, (method, path, input)) = (ui.browser.jar(), call);
    run_concurrently(MANY, |number| {
        let browser = if number % 2 == 0 { app.browser() } else { second.browser() };
        browser.restore(jar.clone());
        let input = input.clone();
        async move {
            match input {
                Value::Null => browser.raw(method, path, &[], Vec::new()).await,
                input => send(&browser, method, path, &input).await,
            }
        }
    })
    .await
}

#[tokio::test]
async fn single_use_of_codes_and_grants() {
    let app = start().await;
    let second = app.second_instance().await;
    second.may_leave_messages();
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let id = ui.send_code("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    let answers =
        call_concurrently(&app, &second, &ui, ("POST", VERIFY_CODE, code_verification(ADA, &id, &code)))
            .await;
    assert_eq!(
        (count_status(&answers, 200), count_status(&answers, 400)),
        (1, MANY - 1),
        "one call gets the grant"
    );
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", ADA).await;
    ui.identify(&id).await;
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    let answers = call_concurrently(&app, &second, &ui, ("POST", SUBMIT, Value::Null)).await;
    assert_eq!(
        (count_status(&answers, 204), count_status(&answers, 404)),
        (1, MANY - 1),
        "one call sets the password"
    );
    assert_eq!(app.inbox_of(ADA).await.count_of("PasswordChanged"), 1, "told once");
    let (ui, id) = CustomUi::with_verified_code(&app, "SignIn", ADA).await;
    ui.identify(&id).await;
    let answers = call_concurrently(&app, &second, &ui, ("POST", SUBMIT, Value::Null)).await;
    assert_eq!(
        (count_status(&answers, 200), count_status(&answers, 404)),
        (1, MANY - 1),
        "one session begins"
    );
    assert_eq!(db_dump::query_number(&app, "select count(*) from sessions").await, 1);
}

/// Guesses here and on the page are one count, of the request and of the account.
#[tokio::test]
async fn guess_budget_is_shared_with_the_pages() {
    let mut input = all_methods_enabled();
    input["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": 15, "window": 3600 });
    let app = TestApp::with(input).await;
    app.new_user(ADA).with_password(PASSWORD).make().await;
    let ui = CustomUi::with_interaction(&app, "ForgotPassword").await;
    let id = ui.send_code("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    for _ in 0..5 {
        let result =
            ui.status_and_code("POST", VERIFY_CODE, code_verification(ADA, &id, &wrong_code(&code))).await;
        assert_eq!(result.1, "verification_code.code_mismatch");
    }
    let cookie_client = CookieClient::of(ui.browser.clone()).await;
    for _ in 0..4 {
        cookie_client.enter_code(&wrong_code(&code)).await.shows_refusal("code.wrong");
    }
    let result =
        ui.status_and_code("POST", VERIFY_CODE, code_verification(ADA, &id, &wrong_code(&code))).await;
    assert_eq!(result.1, "verification_code.exceed_max_try", "the tenth, wherever the others were made");
    cookie_client.enter_code(&code).await.shows_refusal("code.exhausted");
    let (cookie_client, code) = request_code(&app, ADA).await;
    for _ in 0..5 {
        cookie_client.enter_code(&wrong_code(&code)).await.shows_refusal("code.wrong");
    }
    cookie_client.enter_code(&code).await.shows_refusal("recovery.waits");
    app.may_leave_messages();
}

/// Passwords tried here and on the page are one count.
#[tokio::test]
async fn the_lockout_is_shared_with_the_pages() {
    let mut input = all_methods_enabled();
    input["settings"]["throttle"]["signInFailures"] = json!({ "limit": 6 });
    let app = TestApp::with(input).await;
    app.new_user(ADA).with_password(PASSWORD).make().await;
    let ui = CustomUi::with_interaction(&app, "SignIn").await;
    for _ in 0..3 {
        let input = json!({ "identifier": email(ADA), "password": "wrong" });
        assert_eq!(ui.status_and_code("POST", PROVE, input).await.1, "session.invalid_credentials");
    }
    let cookie_client = CookieClient::new(&app).await;
    let fields = [("identifier", ADA), ("password", "wrong")];
    for _ in 0..2 {
        cookie_client.post("/sign-in", &fields).await.shows_refusal("credentials.wrong");
    }
    let input = json!({ "identifier": email(ADA), "password": "wrong" });
    let blocked = "session.verification_blocked_too_many_attempts";
    assert_eq!(ui.status_and_code("POST", PROVE, input).await.1, blocked);
    cookie_client
        .post("/sign-in", &[("identifier", ADA), ("password", PASSWORD)])
        .await
        .shows_refusal("throttled");
}

/// The answer without what is drawn anew each time; its length is kept.
fn without_ids(mut page: Page) -> Page {
    let Ok(answer) = serde_json::from_str::<Value>(&page.html) else { return page };
    let ids = [&answer["verificationId"], &answer["verificationRecords"][0]["id"]];
    for id in ids.into_iter().filter_map(Value::as_str) {
        page.html = page.html.replace(id, &"i".repeat(id.len()));
    }
    page
}

async fn call(script: &mut Recording, ui: &CustomUi, (method, path, input): (&str, &str, Value)) -> Page {
    let page = ui.call(method, path, input).await;
    script.note(&format!("{method} {path}"), &without_ids(page.clone()));
    page
}

async fn assert_no_oracle(event: &'static str) {
    compare_accounts(all_methods_enabled(), async |script| {
        let ui = CustomUi::with_interaction(&script.app, event).await;
        let address = script.email.clone();
        for _ in 0..2 {
            let page = call(script, &ui, ("POST", SEND, code_request(event, &address))).await;
            let id = body(&page)["verificationId"].as_str().unwrap().to_owned();
            call(script, &ui, ("GET", INTERACTION, Value::Null)).await;
            for code in ["000000", "12", ""] {
                call(script, &ui, ("POST", VERIFY_CODE, code_verification(&address, &id, code))).await;
            }
            call(script, &ui, ("POST", IDENTIFY, json!({ "verificationId": id }))).await;
            call(script, &ui, ("PUT", CHOOSE, json!({ "password": NEW }))).await;
            call(script, &ui, ("POST", PROFILE, json!({ "type": "password", "value": NEW }))).await;
            call(script, &ui, ("POST", SUBMIT, Value::Null)).await;
            for _ in 0..9 {
                call(script, &ui, ("POST", VERIFY_CODE, code_verification(&address, &id, "000000"))).await;
            }
            script.app.clock.advance(601);
            call(script, &ui, ("POST", VERIFY_CODE, code_verification(&address, &id, "000000"))).await;
            call(script, &ui, ("GET", INTERACTION, Value::Null)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn no_oracle_for_a_forgotten_password() {
    assert_no_oracle("ForgotPassword").await;
}

#[tokio::test]
async fn no_oracle_for_signing_in() {
    assert_no_oracle("SignIn").await;
}

#[tokio::test]
async fn no_oracle_for_making_an_account() {
    assert_no_oracle("Register").await;
}

#[tokio::test]
async fn no_oracle_for_a_password() {
    compare_accounts(all_methods_enabled(), async |script| {
        let ui = CustomUi::with_interaction(&script.app, "SignIn").await;
        let identifier = email(&script.email);
        for password in ["not the password", ""] {
            let input = json!({ "identifier": identifier, "password": password });
            call(script, &ui, ("POST", PROVE, input)).await;
            call(script, &ui, ("GET", INTERACTION, Value::Null)).await;
        }
    })
    .await;
}

/// Beginning, asking, proving and choosing change nothing for the account; only the last step does.
#[tokio::test]
async fn no_side_effect_before_the_last_step() {
    let app = start().await;
    let session = app.browser();
    let tokens = Client::of(&app, "shop")
        .sign_in(&session, &app.new_user("bob@example.org").with_password(PASSWORD).make().await, &[])
        .await;
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", "bob@example.org").await;
    ui.identify(&id).await;
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert!(can_sign_in(&app, "bob@example.org", PASSWORD).await);
    assert_eq!(session.get("/account").await.status, 200);
    assert_eq!(Client::of(&app, "shop").get_userinfo(&tokens.access).await.status, 200);
    let written = "select count(*) from audit_log where event = 'password_reset'";
    assert_eq!(db_dump::query_number(&app, written).await, 0);
}

/// The grant of one account and the chosen password of another are never put together, whatever cookies are
/// sent.
#[tokio::test]
async fn step_order_holds_for_mixed_cookies() {
    let app = start().await;
    app.new_user("ben@example.org").with_password(PASSWORD).make().await;
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", "ben@example.org").await;
    ui.identify(&id).await;
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    let chosen = ui.browser.jar();
    let other = ui.send_code("ForgotPassword", ADA).await;
    assert_eq!(status_and_code(&ui.submit().await).1, "session.identifier_not_found");
    let code = app.inbox_of(ADA).await.code();
    ui.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &other, &code), 200).await;
    assert_eq!(
        status_and_code(&ui.submit().await).1,
        "session.identifier_not_found",
        "not without being named"
    );
    ui.browser.restore(chosen);
    assert_eq!(ui.submit().await.status, 204, "an older cookie is about its own account");
    assert!(can_sign_in(&app, ADA, PASSWORD).await && can_sign_in(&app, "ben@example.org", NEW).await);
}

/// A page and a screen of one's own in one browser: whoever is first spends the grant.
#[tokio::test]
async fn one_grant_for_pages_and_api() {
    let app = start().await;
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", ADA).await;
    ui.identify(&id).await;
    ui.call_expecting("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    let stored = ui.browser.jar();
    let cookie_client = CookieClient::of(ui.browser.clone()).await;
    cookie_client.choose_password("an even better phrase").await.redirects_to("/forgot-password/done");
    ui.browser.restore(stored);
    assert_eq!(status_and_code(&ui.submit().await).1, "session.identifier_not_found");
    cookie_client.post(RESET, &[("newPassword", NEW)]).await.redirects_to(CODE);
    assert!(can_sign_in(&app, ADA, "an even better phrase").await);
    ui.call_expecting("PUT", BEGIN, json!({ "interactionEvent": "ForgotPassword" }), 204).await;
}
