//! guess_budget: wrong guesses per account are bounded whatever the resends, new flows, browsers or
//! parallelism; the count survives a resend.

use serde_json::{Value, json};

use super::{
    CODE, CookieClient, REGISTER, REGISTER_CODE, RESEND, RESET, SIGN_IN_CODE, SIGN_IN_SEND, create_user,
    request_code, with_sign_in_codes, without_throttles, wrong_code,
};
use crate::support::app::TestApp;
use crate::support::concurrency::{MANY, run_concurrently};
use crate::support::db_dump;
use crate::support::page::Page;

const TRIES: &str = "select cast(coalesce(sum(tries), 0) as bigint) from verification_requests";
const HOUR: i64 = 3600;
/// Guesses in an hour.
const AN_HOUR: usize = 40;

/// The limits of guesses and no other, and fewer in an hour than in a row, which are another promise.
fn guesses_only() -> Value {
    let mut settings = without_throttles();
    settings["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": AN_HOUR });
    settings
}

fn of_status(answers: &[Page], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// As many wrong codes at once, spread over these browsers.
async fn guess(hands: &[CookieClient], code: &str) -> Vec<Page> {
    let code = wrong_code(code);
    let one = |number: usize| {
        let (client, code) = (hands[number % hands.len()].clone(), code.clone());
        let cookies = client.cookies();
        async move { client.post_with(&cookies, CODE, &[("code", &code)]).await }
    };
    let answers = run_concurrently(MANY, one).await;
    for answer in &answers {
        assert!(matches!(answer.status, 422 | 429), "{} {}", answer.status, answer.text());
    }
    answers
}

/// Wrong codes until the account waits, over requests that end after ten; gives the newest browser and its
/// right code.
async fn exhaust_budget(app: &TestApp, email: &str) -> (CookieClient, String) {
    loop {
        let (client, code) = request_code(app, email).await;
        for _ in 0..10 {
            if client.enter_code(&wrong_code(&code)).await.status == 429 {
                return (client, code);
            }
        }
    }
}

#[tokio::test]
async fn guess_budget() {
    let app = TestApp::with(guesses_only()).await;
    create_user(&app, "ada@example.org").await;
    let (mut counted, mut wait) = (0_usize, 0);
    while wait == 0 {
        let (client, code) = request_code(&app, "ada@example.org").await;
        for guess in 0..10 {
            // A resend in the middle gives a new code and no new guess.
            if guess == 5 {
                app.clock.advance(30);
                client.post(RESEND, &[]).await.redirects_to(CODE);
            }
            let answer = client.enter_code(&wrong_code(&code)).await;
            if answer.status == 429 {
                wait = answer.shows_refusal("recovery.waits").retry_after();
                break;
            }
            counted += 1;
        }
    }
    assert_eq!(counted, AN_HOUR, "guesses in an hour");
    assert!((30..=HOUR).contains(&wait), "{wait}");
    assert_eq!(db_dump::query_number(&app, TRIES).await, AN_HOUR as i64);
}

#[tokio::test]
async fn a_request_allows_ten_guesses_even_in_parallel() {
    let app = TestApp::with(guesses_only()).await;
    create_user(&app, "ada@example.org").await;
    let (client, code) = request_code(&app, "ada@example.org").await;
    guess(std::slice::from_ref(&client), &code).await;
    assert_eq!(db_dump::query_number(&app, TRIES).await, 10);
    client.enter_code(&code).await.shows_refusal("code.exhausted");
}

#[tokio::test]
async fn an_account_allows_a_fixed_number_of_guesses_an_hour_even_in_parallel_and_across_instances() {
    // A request whose message was silenced replaces none, so many can be open at once.
    let mut settings = guesses_only();
    settings["settings"]["throttle"]["sendBackoff"] = json!({});
    let app = TestApp::with(settings).await;
    let second = app.second_instance().await;
    let hands = many_requests(&app, &second).await;
    let answers = guess(&hands, "000000").await;
    let passed = of_status(&answers, 422);
    assert_eq!((passed, of_status(&answers, 429)), (AN_HOUR, MANY - AN_HOUR));
    assert_eq!(db_dump::query_number(&app, TRIES).await, AN_HOUR as i64);
    app.may_leave_messages();
    second.may_leave_messages();
}

/// Forty browsers at two instances, each with an open request for one account.
async fn many_requests(app: &TestApp, second: &TestApp) -> Vec<CookieClient> {
    create_user(app, "ada@example.org").await;
    let mut hands = Vec::new();
    for number in 0..40 {
        let client = CookieClient::new(if number % 2 == 0 { app } else { second }).await;
        client.request_reset("ada@example.org").await.redirects_to(CODE);
        hands.push(client);
    }
    hands
}

#[tokio::test]
async fn the_count_survives_a_resend() {
    let app = TestApp::with(guesses_only()).await;
    create_user(&app, "ada@example.org").await;
    let (client, code) = request_code(&app, "ada@example.org").await;
    for _ in 0..6 {
        client.enter_code(&wrong_code(&code)).await.shows_refusal("code.wrong");
    }
    app.clock.advance(30);
    client.post(RESEND, &[]).await.redirects_to(CODE);
    let newest = app.inbox_of("ada@example.org").await.code();
    for _ in 0..3 {
        client.enter_code(&wrong_code(&newest)).await.shows_refusal("code.wrong");
    }
    client.enter_code(&wrong_code(&newest)).await.shows_refusal("code.exhausted");
    client.enter_code(&newest).await.shows_refusal("code.exhausted");
}

#[tokio::test]
async fn an_exhausted_budget_refuses_the_right_code_until_its_wait_is_over() {
    let app = TestApp::with(guesses_only()).await;
    create_user(&app, "ada@example.org").await;
    let (client, code) = exhaust_budget(&app, "ada@example.org").await;
    let answer = client.enter_code(&code).await;
    let wait = answer.shows_refusal("recovery.waits").retry_after();
    // Another browser, another code, the same wait.
    let (other, newest) = request_code(&app, "ada@example.org").await;
    other.enter_code(&newest).await.shows_refusal("recovery.waits");
    app.clock.advance(wait - 1);
    let (other, newest) = request_code(&app, "ada@example.org").await;
    assert_eq!(other.enter_code(&newest).await.shows_refusal("recovery.waits").retry_after(), 1);
    app.clock.advance(1);
    other.enter_code(&newest).await.redirects_to(RESET);
}

#[tokio::test]
async fn the_waits_double() {
    let mut settings = guesses_only();
    settings["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": 2, "window": 10 });
    let app = TestApp::with(settings).await;
    create_user(&app, "ada@example.org").await;
    let mut waits = Vec::new();
    for _ in 0..9 {
        let (client, code) = exhaust_budget(&app, "ada@example.org").await;
        waits.push(client.enter_code(&code).await.shows_refusal("recovery.waits").retry_after());
        app.clock.advance(waits[waits.len() - 1]);
    }
    assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
}

/// What an attacker spends is the account's, whatever it is asked for by; nobody else's is touched.
#[tokio::test]
async fn each_account_has_its_own_budget() {
    let app = TestApp::with(guesses_only()).await;
    app.new_user("ada@example.org").with_password(super::PASSWORD).with_phone("+12025550134").make().await;
    create_user(&app, "ben@example.org").await;
    exhaust_budget(&app, "ada@example.org").await;
    let (client, code) = request_code(&app, "+1 202 555 0134").await;
    client.enter_code(&code).await.shows_refusal("recovery.waits");
    let (client, code) = request_code(&app, "ben@example.org").await;
    client.enter_code(&code).await.redirects_to(RESET);
}

/// Each flow takes its share of the one budget: a code to sign in with, a code of a new account, a code to
/// reset.
#[tokio::test]
async fn every_flow_spends_the_same_budget() {
    let app = TestApp::with(with_sign_in_codes(guesses_only())).await;
    create_user(&app, "ada@example.org").await;
    for email in ["ada@example.org", "nobody@example.org"] {
        let mut counted = 0_usize;
        let journeys = [("/forgot-password", CODE), (SIGN_IN_SEND, SIGN_IN_CODE), (REGISTER, REGISTER_CODE)];
        let last = 'spent: loop {
            for (begin, code) in journeys {
                let client = CookieClient::new(&app).await;
                client.post(begin, &[("identifier", email)]).await.redirects_to(code);
                for _ in 0..8 {
                    let answer = client.post(code, &[("code", "000000")]).await;
                    if answer.status == 429 {
                        break 'spent answer;
                    }
                    counted += 1;
                }
            }
        };
        last.shows_refusal("recovery.waits");
        assert_eq!(counted, AN_HOUR, "{email}");
    }
    app.may_leave_messages();
}
