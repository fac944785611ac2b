//! Signing up and signing in under 200 tries at once, over two instances: the lock lets no more pass than it
//! says, one code starts one session, one proof makes one account (guess_budget, single_use).

use serde_json::json;

use crate::promises::{
    CookieClient, PASSWORD, REGISTER_PASSWORD, SIGN_IN_CODE, SIGN_IN_SEND, can_sign_in, create_user,
    prove_new_address, with_sign_in_codes, without_throttles,
};
use crate::support::app::TestApp;
use crate::support::concurrency::{MANY, run_concurrently};
use crate::support::db_dump;
use crate::support::page::Page;

const LOCKS: &str = "select count(*) from audit_log where event = 'identifier_lockout'";

/// Room for everybody in the queue of the hashing threads: how full it gets is another promise.
async fn start_with_large_queue(settings: serde_json::Value) -> TestApp {
    TestApp::configured(&[("REKEY_HASHING__QUEUE", "500")], settings).await
}

fn of_status(answers: &[Page], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// The same form from these browsers in turn, all at once.
async fn post_concurrently(
    hands: &[CookieClient],
    path: &'static str,
    fields: &[(&'static str, &str)],
) -> Vec<Page> {
    let fields: Vec<(&'static str, String)> =
        fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    run_concurrently(MANY, |number| {
        let (client, fields) = (hands[number % hands.len()].clone(), fields.clone());
        let cookies = client.cookies();
        async move {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            client.post_with(&cookies, path, &fields).await
        }
    })
    .await
}

#[tokio::test]
async fn the_lockout_limit_holds_in_parallel_and_across_instances() {
    let app =
        start_with_large_queue(json!({ "settings": { "throttle": { "signInFailures": { "limit": 40 } } } }))
            .await;
    let second = app.second_instance().await;
    create_user(&app, "ada@example.org").await;
    let hands = [CookieClient::new(&app).await, CookieClient::new(&second).await];
    for (locks, email) in [(1, "ada@example.org"), (2, "nobody@example.org")] {
        let answers =
            post_concurrently(&hands, "/sign-in", &[("identifier", email), ("password", "wrong")]).await;
        assert_eq!((of_status(&answers, 422), of_status(&answers, 429)), (39, MANY - 39), "{email}");
        assert_eq!(db_dump::query_number(&app, LOCKS).await, locks, "said once");
    }
    assert!(!can_sign_in(&app, "ada@example.org", PASSWORD).await, "not even what is right");
    app.clock.advance(3600);
    assert!(can_sign_in(&app, "ada@example.org", PASSWORD).await);
}

#[tokio::test]
async fn the_lockout_limit_holds_for_codes_too() {
    let mut settings = with_sign_in_codes(without_throttles());
    settings["settings"]["throttle"]["guessesPerRequest"] = json!(0);
    let app = TestApp::with(settings).await;
    create_user(&app, "ada@example.org").await;
    let client = CookieClient::new(&app).await;
    client.post(SIGN_IN_SEND, &[("identifier", "ada@example.org")]).await.redirects_to(SIGN_IN_CODE);
    let code = app.inbox_of("ada@example.org").await.code();
    let wrong = crate::promises::wrong_code(&code);
    let answers = post_concurrently(std::slice::from_ref(&client), SIGN_IN_CODE, &[("code", &wrong)]).await;
    assert_eq!((of_status(&answers, 422), of_status(&answers, 429)), (99, MANY - 99));
    assert_eq!(db_dump::query_number(&app, LOCKS).await, 1);
    client.post(SIGN_IN_CODE, &[("code", &code)]).await.shows_refusal("throttled");
}

#[tokio::test]
async fn one_code_starts_one_session() {
    let app = TestApp::with(with_sign_in_codes(without_throttles())).await;
    let second = app.second_instance().await;
    create_user(&app, "ada@example.org").await;
    let client = CookieClient::new(&app).await;
    client.post(SIGN_IN_SEND, &[("identifier", "ada@example.org")]).await.redirects_to(SIGN_IN_CODE);
    let code = app.inbox_of("ada@example.org").await.code();
    let mut elsewhere = CookieClient::new(&second).await;
    elsewhere.restore(client.snapshot());
    let answers = post_concurrently(&[client, elsewhere], SIGN_IN_CODE, &[("code", &code)]).await;
    let entered = answers.iter().filter(|answer| answer.location() == "/account").count();
    assert_eq!((entered, db_dump::query_number(&app, "select count(*) from sessions").await), (1, 1));
    assert!(answers.iter().all(|answer| matches!(answer.status, 303 | 422 | 429)));
}

#[tokio::test]
async fn one_verified_address_makes_one_account() {
    let app = start_with_large_queue(without_throttles()).await;
    let second = app.second_instance().await;
    let client = prove_new_address(&app, "ben@example.org").await;
    let mut elsewhere = CookieClient::new(&second).await;
    elsewhere.restore(client.snapshot());
    let answers =
        post_concurrently(&[client, elsewhere], REGISTER_PASSWORD, &[("newPassword", PASSWORD)]).await;
    let entered = answers.iter().filter(|answer| answer.location() == "/account").count();
    assert_eq!((entered, db_dump::query_number(&app, "select count(*) from users").await), (1, 1));
    assert_eq!(db_dump::query_number(&app, "select count(*) from sessions").await, 1);
    assert!(
        answers.iter().all(|answer| matches!(answer.status, 303 | 422)),
        "nobody meets a failure of ours"
    );
}
