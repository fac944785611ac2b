//! The proof of work itself.

use altcha::{Payload, solve_challenge};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{ADA, CHALLENGE, challenge, solution_token, solve, start};
use crate::http::body;
use crate::http::graphql::{REQUEST_RESET, execute, login_client, payload};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::concurrency::run_concurrently;
use crate::support::db_dump;

async fn submit_token(api: &Browser, token: &str) -> String {
    let query = "mutation($email: String!, $token: String) {
      createResetPasswordRequest(email: $email, captchaToken: $token) { ok error { code developerMessage } } }";
    let answer = payload(api, query, json!({ "email": ADA, "token": token })).await;
    let reason = answer["error"]["developerMessage"].as_str().unwrap_or("ok");
    reason.rsplit(": ").next().unwrap().to_owned()
}

#[tokio::test]
async fn a_solution_counts_once() {
    let app = start(json!({})).await;
    let token = solve(&app).await;
    assert_eq!(submit_token(&login_client(&app), &token).await, "ok");
    assert_eq!(submit_token(&login_client(&app), &token).await, "expired");
    app.may_leave_messages();
}

#[tokio::test]
async fn of_parallel_uses_of_a_solution_one_succeeds() {
    let app = start(json!({})).await;
    let second = app.second_instance().await;
    second.may_leave_messages();
    app.may_leave_messages();
    let token = solve(&app).await;
    let answers = run_concurrently(20, |number| {
        let (api, token) = (login_client(if number % 2 == 0 { &app } else { &second }), token.clone());
        async move { submit_token(&api, &token).await }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| *answer == "ok").count(), 1, "{answers:?}");
}

/// Whoever makes work for themselves, or changes ours, has none.
#[tokio::test]
async fn only_our_own_challenges_are_accepted() {
    let app = start(json!({})).await;
    let read = |token: &str| -> Value { serde_json::from_slice(&STANDARD.decode(token).unwrap()).unwrap() };
    let write = |value: &Value| STANDARD.encode(value.to_string());
    let right = solve(&app).await;
    let changed = |path: &str, value: Value| {
        let mut payload = read(&right);
        *payload.pointer_mut(path).unwrap() = value;
        write(&payload)
    };
    for token in [
        changed("/challenge/parameters/cost", json!(1)),
        changed("/challenge/parameters/cost", json!(4_000_000_000_u32)),
        changed("/challenge/parameters/keyPrefix", json!("")),
        changed("/challenge/parameters/data/end", json!(i64::MAX)),
        changed("/challenge/parameters/algorithm", json!("SHA-256")),
        changed("/challenge/signature", json!("00")),
        changed("/solution/derivedKey", json!("00")),
        changed("/solution/counter", json!(4_000_000_000_u32)),
        "nonsense".to_owned(),
        STANDARD.encode("{}"),
        "A".repeat(5000),
    ] {
        assert_eq!(
            submit_token(&login_client(&app), &token).await,
            "invalid",
            "{}",
            &token[..token.len().min(80)]
        );
    }
    assert_eq!(submit_token(&login_client(&app), "").await, "missing");
    assert_eq!(submit_token(&login_client(&app), &right).await, "ok");
    app.may_leave_messages();
}

#[tokio::test]
async fn a_challenge_is_valid_for_ten_minutes() {
    let app = start(json!({})).await;
    let (early, late) = (solve(&app).await, solve(&app).await);
    app.clock.advance(599);
    assert_eq!(submit_token(&login_client(&app), &early).await, "ok");
    app.clock.advance(1);
    assert_eq!(submit_token(&login_client(&app), &late).await, "expired");
    app.may_leave_messages();
}

#[tokio::test]
async fn the_difficulty_is_that_of_the_settings() {
    let app = start(json!({})).await;
    let challenge = challenge(&app).await;
    assert_eq!((challenge.parameters.cost, challenge.parameters.key_prefix.as_str()), (2000, "00"));
    let solution = solve_challenge(altcha::SolveChallengeOptions::new(&challenge)).unwrap().unwrap();
    assert!(solution.derived_key.starts_with("00"));
    let payload = Payload { challenge, solution };
    assert_eq!(
        submit_token(&login_client(&app), &STANDARD.encode(serde_json::to_string(&payload).unwrap())).await,
        "ok"
    );
    app.may_leave_messages();
}

/// Looking at a challenge writes nothing, and is paced.
#[tokio::test]
async fn issuing_a_challenge_stores_nothing() {
    let app = start(json!({})).await;
    let before = db_dump::all(&app).await;
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(app.browser().get(CHALLENGE).await.status);
    }
    assert_eq!(db_dump::changes(&before, &db_dump::all(&app).await), Vec::<String>::new());
    assert!(statuses.contains(&200) && statuses.contains(&429), "{statuses:?}");
    let other = TestApp::start().await;
    assert_eq!(other.browser().get(CHALLENGE).await.status, 404, "nobody asks for work there");
}

/// The same whoever it is about, and nothing is counted of a refused one.
#[tokio::test]
async fn a_refused_captcha_is_audited_and_has_no_other_effect() {
    let app = start(json!({})).await;
    for email in [ADA, "ghost@example.org"] {
        let page = execute(&login_client(&app), REQUEST_RESET, json!({ "email": email })).await;
        let answer = body(&page)["data"]["createResetPasswordRequest"].clone();
        assert_eq!(answer["error"]["code"], "INVALID_CAPTCHA");
    }
    // Nothing but the network stands behind them, so that they are one entry an hour and not one each.
    let audited = "select occurrences from audit_log where event = 'password_reset_init' and result = 'captcha.required'";
    assert_eq!(db_dump::query_number(&app, audited).await, 2);
    assert_eq!(db_dump::query_number(&app, "select count(*) from throttles").await, 0);
    assert_eq!(db_dump::query_number(&app, "select count(*) from verification_requests").await, 0);
    assert_eq!(submit_token(&login_client(&app), &solution_token(challenge(&app).await)).await, "ok");
    app.may_leave_messages();
}
