//! The promises through the SDK API, whose apps keep nothing of ours between two calls.

use serde_json::{Value, json};

use crate::http::body;
use crate::http::sdk_api::{
    ADA, NEW, call, call_ok, call_status, recovery_session, refresh_ok, request_code, shop_page, sign_in,
    start, with_apps, with_session,
};
use crate::promises::no_oracle::{Recording, compare_accounts};
use crate::promises::nothing_lost::PARTS;
use crate::promises::{
    CODE, CookieClient, PASSWORD, can_sign_in, request_code as request_page_code, without_throttles,
    wrong_code,
};
use crate::support::app::TestApp;
use crate::support::concurrency::{MANY, run_concurrently};
use crate::support::db_dump;

fn code_proof(code: &str) -> Value {
    json!({ "email": ADA, "token": code, "type": "recovery" })
}

async fn second_instance(app: &TestApp) -> TestApp {
    let second = app.second_instance().await;
    second.may_leave_messages();
    second
}

#[tokio::test]
async fn single_use_of_codes() {
    let app = start(without_throttles()["settings"].clone()).await;
    let second = second_instance(&app).await;
    let code = request_code(&app, ADA).await;
    let answers = run_concurrently(MANY, |number| {
        let (browser, input) = (shop_page(if number % 2 == 0 { &app } else { &second }), code_proof(&code));
        async move { call(&browser, "otp/verify", input).await.status }
    })
    .await;
    let won = answers.iter().filter(|status| **status == 200).count();
    assert_eq!(won, 1, "one call gets the session: {answers:?}");
    assert_eq!(db_dump::query_number(&app, "select count(*) from sessions").await, 1);
}

/// One session sets one password, however many calls bring one at once.
#[tokio::test]
async fn single_use_of_the_session_of_a_recovery() {
    let app = start(json!({})).await;
    let second = second_instance(&app).await;
    app.may_leave_messages();
    let session = recovery_session(&app).await;
    let answers = run_concurrently(20, |number| {
        let browser = with_session(if number % 2 == 0 { &app } else { &second }, &session);
        let input = json!({ "password": format!("a fine long phrase {number}") });
        async move { (number, call(&browser, "password/update", input).await.status) }
    })
    .await;
    let resets = "select count(*) from audit_log where event = 'password_reset' and result = 'success'";
    assert_eq!(db_dump::query_number(&app, resets).await, 1, "{answers:?}");
    let mut working = Vec::new();
    for (number, status) in answers {
        if status == 200 && can_sign_in(&app, ADA, &format!("a fine long phrase {number}")).await {
            working.push(number);
        }
    }
    assert_eq!(working.len(), 1, "the password that was told to be set is the one that is");
}

/// Five tabs whose token is about to expire keep one session.
#[tokio::test]
async fn single_use_of_refresh_tokens_except_for_concurrent_tabs() {
    let app = start(json!({})).await;
    let second = second_instance(&app).await;
    let session = sign_in(&app, PASSWORD).await;
    let answers = run_concurrently(5, |number| {
        let browser = shop_page(if number % 2 == 0 { &app } else { &second });
        let input = json!({ "refresh_token": session["refresh_token"] });
        async move { body(&call(&browser, "refresh", input).await) }
    })
    .await;
    app.clock.advance(60);
    for tokens in &answers {
        refresh_ok(&app, tokens).await;
    }
    assert_eq!(db_dump::query_number(&app, "select count(*) from grants").await, 1);
}

/// The session of a recovery is the only way to a password here, and it is its person's alone.
#[tokio::test]
async fn step_order_of_the_three_calls() {
    let app = start(json!({})).await;
    let new = json!({ "password": NEW });
    assert_eq!(
        call_status(&shop_page(&app), "password/update", new.clone()).await.0,
        401,
        "without a session"
    );
    request_code(&app, ADA).await;
    assert_eq!(call_status(&shop_page(&app), "password/update", new.clone()).await.0, 401, "without a code");
    let session = recovery_session_later(&app).await;
    let mut refreshed = session.clone();
    refreshed["access_token"] = session["refresh_token"].clone();
    assert_eq!(call_status(&with_session(&app, &refreshed), "password/update", new.clone()).await.0, 401);
    call_ok(&with_session(&app, &session), "signout", json!({})).await;
    assert_eq!(
        call_status(&with_session(&app, &session), "password/update", new).await.0,
        401,
        "after signing out"
    );
    assert!(can_sign_in(&app, ADA, PASSWORD).await);
}

async fn recovery_session_later(app: &TestApp) -> Value {
    app.clock.advance(60);
    recovery_session(app).await
}

/// What this interface opened, the link of the same message does not, and the other way round.
#[tokio::test]
async fn step_order_across_interfaces() {
    let app = start(json!({})).await;
    let code = request_code(&app, ADA).await;
    let link = app.inbox_of(ADA).await.link_path();
    call_ok(&shop_page(&app), "otp/verify", code_proof(&code)).await;
    let page = app.browser().get(&link).await.follow_redirects().await;
    assert!(page.html.contains("link.used") || page.summary().contains("used"), "{}", page.summary());
    app.clock.advance(60);
    let session = recovery_session(&app).await;
    let (client, of_the_page) = {
        app.clock.advance(60);
        request_page_code(&app, ADA).await
    };
    client.enter_code(&of_the_page).await.redirects_to("/forgot-password/reset");
    client.choose_password("a walrus in the garden").await.redirects_to("/forgot-password/done");
    let answer =
        call_status(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    assert_eq!(answer, (401, "invalid_token".to_owned()), "the page was first");
    app.may_leave_messages();
}

/// Guesses here and on the pages are one count.
#[tokio::test]
async fn guess_budget_is_shared_with_the_pages() {
    let app = start(json!({ "throttle": { "guessesPerAccount": { "limit": 6 } } })).await;
    let right = request_code(&app, ADA).await;
    for _ in 0..4 {
        assert_eq!(
            call_status(&shop_page(&app), "otp/verify", code_proof(&wrong_code(&right))).await.1,
            "invalid_otp"
        );
    }
    app.clock.advance(60);
    let (client, of_the_page) = request_page_code(&app, ADA).await;
    for _ in 0..2 {
        client.post(CODE, &[("code", &wrong_code(&of_the_page))]).await.shows_refusal("code.wrong");
    }
    client.enter_code(&of_the_page).await.shows_refusal("recovery.waits");
    app.clock.advance(5);
    let page = call(&shop_page(&app), "password/request-reset", json!({ "email": ADA })).await;
    assert_eq!(page.status, 200);
    let fresh = app.inbox_of(ADA).await.code();
    let page = call(&shop_page(&app), "otp/verify", code_proof(&fresh)).await;
    assert_eq!((page.status, &body(&page)["code"]), (429, &json!("over_request_rate_limit")));
}

/// Passwords tried here and on the page are one count, too.
#[tokio::test]
async fn guess_budget_of_passwords() {
    let app = start(json!({ "throttle": { "signInFailures": { "limit": 4 } } })).await;
    let input = |password: &str| json!({ "email": ADA, "password": password });
    for _ in 0..3 {
        assert_eq!(
            call_status(&shop_page(&app), "email/signin", input("wrong")).await.1,
            "invalid_credentials"
        );
    }
    CookieClient::new(&app)
        .await
        .post("/sign-in", &[("identifier", ADA), ("password", "wrong")])
        .await
        .shows_refusal("throttled");
    assert_eq!(
        call_status(&shop_page(&app), "email/signin", input(PASSWORD)).await.1,
        "over_request_rate_limit"
    );
    let session = recovery_session(&app).await;
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    call_ok(&shop_page(&app), "email/signin", input(NEW)).await;
    app.may_leave_messages();
}

async fn note(script: &mut Recording, name: &str, input: Value) {
    let page = call(&shop_page(&script.app), name, input).await;
    script.note(name, &page);
}

#[tokio::test]
async fn no_oracle_in_any_call() {
    let method = json!([{ "identifier": "email", "verificationCode": true }]);
    let settings = json!({
        "throttle": { "signInFailures": { "limit": 8 }, "guessesPerRequest": 4, "guessesPerAccount": { "limit": 14 } },
        "signInExperience": { "signIn": { "methods": method } },
    });
    compare_accounts(with_apps(settings), async |script| {
        let email = script.email.clone();
        for round in 0..3 {
            note(script, "password/request-reset", json!({ "email": email })).await;
            for _ in 0..5 {
                let input = json!({ "email": email, "token": "000000", "type": "recovery" });
                note(script, "otp/verify", input).await;
            }
            note(script, "email/signup", json!({ "email": email, "password": NEW })).await;
            note(script, "email/resend", json!({ "email": email })).await;
            note(script, "otp/send", json!({ "email": email, "create_user": round != 1 })).await;
            for kind in ["email", "signup", "magiclink", "invite"] {
                note(script, "otp/verify", json!({ "email": email, "token": "000000", "type": kind })).await;
            }
            note(script, "email/signin", json!({ "email": email, "password": "not the password" })).await;
            script.app.clock.advance(61);
        }
        for _ in 0..12 {
            note(script, "email/signin", json!({ "email": email, "password": "not the password" })).await;
            note(script, "password/request-reset", json!({ "email": email })).await;
        }
    })
    .await;
}

/// Secrets of this API are nowhere in the database in clear, not even in a response stored for an idempotency
/// key.
#[tokio::test]
async fn nothing_in_clear_in_the_database() {
    let app = start(json!({})).await;
    let code = request_code(&app, ADA).await;
    let session = call_ok(&shop_page(&app), "otp/verify", code_proof(&code)).await;
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    let keyed = shop_page(&app).with_header("idempotency-key", "a-key-of-the-shop");
    let entered = call_ok(&keyed, "email/signin", json!({ "email": ADA, "password": NEW })).await;
    let input = json!({ "email": "nina@example.org", "password": "the walrus of nina" });
    call_ok(&keyed, "email/signup", input).await;
    let everything = format!("{:?}", db_dump::all(&app).await);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for secret in [
        code,
        NEW.to_owned(),
        "the walrus of nina".to_owned(),
        "a-key-of-the-shop".to_owned(),
        text(&session["access_token"]),
        text(&session["refresh_token"]),
        text(&entered["access_token"]),
        text(&entered["refresh_token"]),
    ] {
        assert!(!everything.contains(&secret), "{secret} stands in the database");
    }
    app.may_leave_messages();
}

#[tokio::test]
async fn no_side_effect_of_requesting_and_verifying() {
    let app = start(json!({})).await;
    let before = sign_in(&app, PASSWORD).await;
    let session = recovery_session(&app).await;
    assert_eq!(
        call_status(&with_session(&app, &session), "password/update", json!({ "password": "short" })).await.0,
        400
    );
    assert!(can_sign_in(&app, ADA, PASSWORD).await);
    refresh_ok(&app, &before).await;
}

#[tokio::test]
async fn same_policy_as_everywhere() {
    let app = start(json!({})).await;
    let session = recovery_session(&app).await;
    for weak in ["short", "password1", "aaaaaaaaaaaa", "qwertyuiop"] {
        let answer =
            call_status(&with_session(&app, &session), "password/update", json!({ "password": weak })).await;
        assert_eq!(answer, (400, "weak_password".to_owned()), "{weak}");
        let input = json!({ "email": "nina@example.org", "password": weak });
        assert_eq!(
            call_status(&shop_page(&app), "email/signup", input).await,
            (400, "weak_password".to_owned()),
            "{weak}"
        );
    }
    assert!(can_sign_in(&app, ADA, PASSWORD).await, "nothing was written");
}

/// Notice, event and audit line are in the transaction of the password.
#[tokio::test]
async fn nothing_lost_of_a_new_password() {
    let app = start(json!({})).await;
    let session = recovery_session(&app).await;
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    let again = second_instance(&app).await;
    assert_eq!(again.inbox_of(ADA).await.count_of("PasswordChanged"), 1, "another instance delivers it");
    assert!(can_sign_in(&again, ADA, NEW).await);
}

/// Whatever can't be written takes the whole call with it, and the same session does it again.
#[tokio::test]
async fn nothing_lost_of_a_call_that_failed() {
    let app = start(without_throttles()["settings"].clone()).await;
    for [table, away, back] in PARTS {
        let session = recovery_session(&app).await;
        let before = db_dump::all(&app).await;
        db_dump::execute(&app, away).await;
        let input = json!({ "password": format!("a fine phrase without {table}") });
        let answer = call_status(&with_session(&app, &session), "password/update", input.clone()).await;
        assert_eq!(answer, (502, "upstream".to_owned()));
        db_dump::execute(&app, back).await;
        let after = db_dump::all(&app).await;
        assert_eq!(db_dump::changes(&before, &after), Vec::<String>::new(), "without {table}");
        call_ok(&with_session(&app, &session), "password/update", input).await;
    }
    app.may_leave_messages();
}
