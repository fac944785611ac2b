//! The promises at the JSON of one's own screens: the same machine as the pages, asked by another door.

use serde_json::{Value, json};

use crate::http::experience_api::{
    BEGIN, CHECK, CHOOSE, IDENTIFY, PROFILE, PROVE, SEND, STANDS, SUBMIT, Screen, email, open, typed, wanted,
};
use crate::http::{body, send, told};
use crate::promises::no_oracle::{Script, play};
use crate::promises::{CODE, Hand, PASSWORD, RESET, asked, signs_in, wrong};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::concurrency::{MANY, flood};
use crate::support::db_dump;
use crate::support::page::Page;

const ADA: &str = "ada@example.org";
const NEW: &str = "a much better phrase";

async fn start() -> TestApp {
    let app = TestApp::with(open()).await;
    app.person(ADA).with_password(PASSWORD).make().await;
    app.may_leave_messages();
    app
}

fn of(answers: &[Page], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// The same call with the same cookies, so many times at once, over two instances in turn.
async fn many(
    app: &TestApp,
    second: &TestApp,
    screen: &Screen,
    call: (&'static str, &'static str, Value),
) -> Vec<Page> {
    let (jar, (method, path, given)) = (screen.browser.jar(), call);
    flood(MANY, |number| {
        let browser = if number % 2 == 0 { app.browser() } else { second.browser() };
        browser.restore(jar.clone());
        let given = given.clone();
        async move {
            match given {
                Value::Null => browser.raw(method, path, &[], Vec::new()).await,
                given => send(&browser, method, path, &given).await,
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
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let id = screen.asks("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    let answers = many(&app, &second, &screen, ("POST", CHECK, typed(ADA, &id, &code))).await;
    assert_eq!((of(&answers, 200), of(&answers, 400)), (1, MANY - 1), "one call gets the grant");
    let (screen, id) = Screen::that_proved(&app, "ForgotPassword", ADA).await;
    screen.identifies(&id).await;
    screen.ok("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    let answers = many(&app, &second, &screen, ("POST", SUBMIT, Value::Null)).await;
    assert_eq!((of(&answers, 204), of(&answers, 404)), (1, MANY - 1), "one call sets the password");
    assert_eq!(app.inbox_of(ADA).await.count_of("PasswordChanged"), 1, "told once");
    let (screen, id) = Screen::that_proved(&app, "SignIn", ADA).await;
    screen.identifies(&id).await;
    let answers = many(&app, &second, &screen, ("POST", SUBMIT, Value::Null)).await;
    assert_eq!((of(&answers, 200), of(&answers, 404)), (1, MANY - 1), "one session begins");
    assert_eq!(db_dump::number(&app, "select count(*) from sessions").await, 1);
}

/// Guesses here and on the page are one count, of the request and of the account.
#[tokio::test]
async fn guess_budget_is_that_of_the_pages() {
    let mut given = open();
    given["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": 15, "window": 3600 });
    let app = TestApp::with(given).await;
    app.person(ADA).with_password(PASSWORD).make().await;
    let screen = Screen::that_begins(&app, "ForgotPassword").await;
    let id = screen.asks("ForgotPassword", ADA).await;
    let code = app.inbox_of(ADA).await.code();
    for _ in 0..5 {
        let told = screen.told("POST", CHECK, typed(ADA, &id, &wrong(&code))).await;
        assert_eq!(told.1, "verification_code.code_mismatch");
    }
    let hand = Hand::of(screen.browser.clone()).await;
    for _ in 0..4 {
        hand.code(&wrong(&code)).await.refused("code.wrong");
    }
    let told = screen.told("POST", CHECK, typed(ADA, &id, &wrong(&code))).await;
    assert_eq!(told.1, "verification_code.exceed_max_try", "the tenth, wherever the others were made");
    hand.code(&code).await.refused("code.exhausted");
    let (hand, code) = asked(&app, ADA).await;
    for _ in 0..5 {
        hand.code(&wrong(&code)).await.refused("code.wrong");
    }
    hand.code(&code).await.refused("recovery.waits");
    app.may_leave_messages();
}

/// Passwords tried here and on the page are one count.
#[tokio::test]
async fn the_lock_is_that_of_the_pages() {
    let mut given = open();
    given["settings"]["throttle"]["signInFailures"] = json!({ "limit": 6 });
    let app = TestApp::with(given).await;
    app.person(ADA).with_password(PASSWORD).make().await;
    let screen = Screen::that_begins(&app, "SignIn").await;
    for _ in 0..3 {
        let given = json!({ "identifier": email(ADA), "password": "wrong" });
        assert_eq!(screen.told("POST", PROVE, given).await.1, "session.invalid_credentials");
    }
    let hand = Hand::new(&app).await;
    let fields = [("identifier", ADA), ("password", "wrong")];
    for _ in 0..2 {
        hand.post("/sign-in", &fields).await.refused("credentials.wrong");
    }
    let given = json!({ "identifier": email(ADA), "password": "wrong" });
    let blocked = "session.verification_blocked_too_many_attempts";
    assert_eq!(screen.told("POST", PROVE, given).await.1, blocked);
    hand.post("/sign-in", &[("identifier", ADA), ("password", PASSWORD)]).await.refused("throttled");
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

async fn call(script: &mut Script, screen: &Screen, (method, path, given): (&str, &str, Value)) -> Page {
    let page = screen.call(method, path, given).await;
    script.note(&format!("{method} {path}"), &without_ids(page.clone()));
    page
}

async fn tells_nothing(event: &'static str) {
    play(open(), async |script| {
        let screen = Screen::that_begins(&script.app, event).await;
        let address = script.email.clone();
        for _ in 0..2 {
            let page = call(script, &screen, ("POST", SEND, wanted(event, &address))).await;
            let id = body(&page)["verificationId"].as_str().unwrap().to_owned();
            call(script, &screen, ("GET", STANDS, Value::Null)).await;
            for code in ["000000", "12", ""] {
                call(script, &screen, ("POST", CHECK, typed(&address, &id, code))).await;
            }
            call(script, &screen, ("POST", IDENTIFY, json!({ "verificationId": id }))).await;
            call(script, &screen, ("PUT", CHOOSE, json!({ "password": NEW }))).await;
            call(script, &screen, ("POST", PROFILE, json!({ "type": "password", "value": NEW }))).await;
            call(script, &screen, ("POST", SUBMIT, Value::Null)).await;
            for _ in 0..9 {
                call(script, &screen, ("POST", CHECK, typed(&address, &id, "000000"))).await;
            }
            script.app.clock.advance(601);
            call(script, &screen, ("POST", CHECK, typed(&address, &id, "000000"))).await;
            call(script, &screen, ("GET", STANDS, Value::Null)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn no_oracle_for_a_forgotten_password() {
    tells_nothing("ForgotPassword").await;
}

#[tokio::test]
async fn no_oracle_for_signing_in() {
    tells_nothing("SignIn").await;
}

#[tokio::test]
async fn no_oracle_for_making_an_account() {
    tells_nothing("Register").await;
}

#[tokio::test]
async fn no_oracle_for_a_password() {
    play(open(), async |script| {
        let screen = Screen::that_begins(&script.app, "SignIn").await;
        let identifier = email(&script.email);
        for password in ["not the password", ""] {
            let given = json!({ "identifier": identifier, "password": password });
            call(script, &screen, ("POST", PROVE, given)).await;
            call(script, &screen, ("GET", STANDS, Value::Null)).await;
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
        .signs_in(&session, &app.person("bob@example.org").with_password(PASSWORD).make().await, &[])
        .await;
    let (screen, id) = Screen::that_proved(&app, "ForgotPassword", "bob@example.org").await;
    screen.identifies(&id).await;
    screen.ok("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    assert!(signs_in(&app, "bob@example.org", PASSWORD).await);
    assert_eq!(session.get("/account").await.status, 200);
    assert_eq!(Client::of(&app, "shop").asks_me(&tokens.access).await.status, 200);
    let written = "select count(*) from audit_log where event = 'password_reset'";
    assert_eq!(db_dump::number(&app, written).await, 0);
}

/// The grant of one account and the chosen password of another are never put together, whatever cookies are sent.
#[tokio::test]
async fn step_order_holds_for_mixed_cookies() {
    let app = start().await;
    app.person("bea@example.org").with_password(PASSWORD).make().await;
    let (screen, id) = Screen::that_proved(&app, "ForgotPassword", "bea@example.org").await;
    screen.identifies(&id).await;
    screen.ok("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    let chosen = screen.browser.jar();
    let other = screen.asks("ForgotPassword", ADA).await;
    assert_eq!(told(&screen.submits().await).1, "session.identifier_not_found");
    let code = app.inbox_of(ADA).await.code();
    screen.ok("POST", CHECK, typed(ADA, &other, &code), 200).await;
    assert_eq!(told(&screen.submits().await).1, "session.identifier_not_found", "not without being named");
    screen.browser.restore(chosen);
    assert_eq!(screen.submits().await.status, 204, "an older cookie is about its own account");
    assert!(signs_in(&app, ADA, PASSWORD).await && signs_in(&app, "bea@example.org", NEW).await);
}

/// A page and a screen of one's own in one browser: whoever is first spends the grant.
#[tokio::test]
async fn one_grant_for_both_kinds_of_screen() {
    let app = start().await;
    let (screen, id) = Screen::that_proved(&app, "ForgotPassword", ADA).await;
    screen.identifies(&id).await;
    screen.ok("PUT", CHOOSE, json!({ "password": NEW }), 204).await;
    let kept = screen.browser.jar();
    let hand = Hand::of(screen.browser.clone()).await;
    hand.reset("an even better phrase").await.redirects_to("/forgot-password/done");
    screen.browser.restore(kept);
    assert_eq!(told(&screen.submits().await).1, "session.identifier_not_found");
    hand.post(RESET, &[("newPassword", NEW)]).await.redirects_to(CODE);
    assert!(signs_in(&app, ADA, "an even better phrase").await);
    screen.ok("PUT", BEGIN, json!({ "interactionEvent": "ForgotPassword" }), 204).await;
}
