//! The promises over GraphQL, which shares its core with the pages.

use serde_json::{Value, json};

use crate::http::graphql::{
    ADA, NEW, REQUEST_RESET, RESET, SIGN_IN, execute, login_client, request_token, reset_password,
    result_code,
};
use crate::http::{body, with_keys};
use crate::promises::no_oracle::{Recording, compare_accounts};
use crate::promises::nothing_lost::PARTS;
use crate::promises::{
    CookieClient, FORGOT_PASSWORD as PAGE, PASSWORD, can_sign_in, request_code, without_throttles,
};
use crate::support::app::TestApp;
use crate::support::concurrency::{MANY, run_concurrently};
use crate::support::db_dump;

async fn start(settings: Value) -> TestApp {
    let app = TestApp::with(with_keys(settings)).await;
    app.new_user(ADA).with_password(PASSWORD).make().await;
    app.may_leave_messages();
    app
}

#[tokio::test]
async fn single_use_of_tokens() {
    let app = start(json!({})).await;
    let second = app.second_instance().await;
    second.may_leave_messages();
    let token = request_token(&app, ADA).await;
    let answers = run_concurrently(MANY, |number| {
        let api = if number % 2 == 0 { login_client(&app) } else { login_client(&second) };
        let input = json!({ "token": token, "password": format!("a fine long phrase {number}") });
        async move { (number, body(&execute(&api, RESET, input).await)) }
    })
    .await;
    let won: Vec<_> =
        answers.iter().filter(|(_, answer)| answer["data"]["resetPassword"]["ok"] == true).collect();
    assert_eq!(won.len(), 1, "one call sets the password");
    for (_, answer) in answers.iter().filter(|(_, answer)| answer["data"]["resetPassword"]["ok"] != true) {
        let result = answer["data"]["resetPassword"]["error"]["code"].as_str();
        let busy = &answer["errors"][0]["extensions"]["code"];
        assert!(result == Some("TOKEN_USED") || busy == "Unavailable", "{answer}");
    }
    assert!(can_sign_in(&app, ADA, &format!("a fine long phrase {}", won[0].0)).await);
    assert_eq!(app.inbox_of(ADA).await.count_of("PasswordChanged"), 1, "told once");
    let audited = "select count(*) from audit_log where event = 'password_reset' and result = 'success'";
    assert_eq!(db_dump::query_number(&app, audited).await, 1, "written down once");
}

/// The code and the token of one message are one proof, wherever they are brought.
#[tokio::test]
async fn single_use_across_interfaces() {
    let app = start(without_throttles()["settings"].clone()).await;
    let (client, code) = request_code(&app, ADA).await;
    let link = app.inbox_of(ADA).await.link_path();
    let token = link.rsplit('/').next().unwrap().to_owned();
    assert_eq!(reset_password(&app, &token, NEW).await, "ok");
    client.enter_code(&code).await.shows_refusal("code.earlier");
    let (client, code) = request_code(&app, ADA).await;
    let link = app.inbox_of(ADA).await.link_path();
    client.enter_code(&code).await.redirects_to("/forgot-password/reset");
    assert_eq!(reset_password(&app, link.rsplit('/').next().unwrap(), NEW).await, "TOKEN_USED");
}

/// Passwords tried here, many in one query, and on the page are one count.
#[tokio::test]
async fn guess_budget_is_shared_with_the_pages() {
    let app = start(json!({ "throttle": { "signInFailures": { "limit": 6 } } })).await;
    let one = |number: usize| {
        format!("a{number}: signIn(email: \"{ADA}\", password: \"wrong\") {{ error {{ code }} }} ")
    };
    let query: String = (0..4).map(one).collect();
    let answer = body(&execute(&login_client(&app), &format!("mutation {{ {query} }}"), json!({})).await);
    assert_eq!(answer["data"]["a3"]["error"]["code"], "INVALID_CREDENTIALS");
    let client = CookieClient::new(&app).await;
    client
        .post("/sign-in", &[("identifier", ADA), ("password", "wrong")])
        .await
        .shows_refusal("credentials.wrong");
    let input = |password: &str| json!({ "email": ADA, "password": password });
    assert_eq!(result_code(&login_client(&app), SIGN_IN, input("wrong")).await, "RATE_LIMIT_EXCEEDED");
    client.post("/sign-in", &[("identifier", ADA), ("password", PASSWORD)]).await.shows_refusal("throttled");
    let token = request_token(&app, ADA).await;
    assert_eq!(reset_password(&app, &token, NEW).await, "ok");
    assert_eq!(result_code(&login_client(&app), SIGN_IN, input(NEW)).await, "ok", "a reset opens the lock");
}

/// What is asked for here and on the page is one count for the network.
#[tokio::test]
async fn one_throttle_for_every_interface() {
    let app = start(json!({ "throttle": { "requestsPerIp": { "limit": 2 } } })).await;
    CookieClient::new(&app)
        .await
        .request_reset("ghost@example.org")
        .await
        .redirects_to("/forgot-password/verification-code");
    assert_eq!(
        result_code(&login_client(&app), REQUEST_RESET, json!({ "email": "ghost@example.org" })).await,
        "ok"
    );
    assert_eq!(
        result_code(&login_client(&app), REQUEST_RESET, json!({ "email": ADA })).await,
        "RATE_LIMIT_EXCEEDED"
    );
    CookieClient::new(&app).await.post(PAGE, &[("identifier", ADA)]).await.shows_refusal("throttled");
}

async fn call(script: &mut Recording, query: &str, variables: Value) {
    let page = execute(&login_client(&script.app), query, variables).await;
    script.note(query, &page);
}

#[tokio::test]
async fn no_oracle_for_a_forgotten_password_and_signing_in() {
    compare_accounts(
        with_keys(json!({ "throttle": { "signInFailures": { "limit": 4 } } })),
        async |script| {
            let email = script.email.clone();
            for _ in 0..3 {
                call(script, REQUEST_RESET, json!({ "email": email })).await;
                call(script, RESET, json!({ "token": "nobody-has-this-token", "password": NEW })).await;
                script.app.clock.advance(1);
            }
            for _ in 0..6 {
                call(script, SIGN_IN, json!({ "email": email, "password": "not the password" })).await;
            }
            for _ in 0..20 {
                call(script, REQUEST_RESET, json!({ "email": email })).await;
            }
        },
    )
    .await;
}

#[tokio::test]
async fn same_policy_as_everywhere() {
    let app = start(json!({})).await;
    let token = request_token(&app, ADA).await;
    for weak in ["short", "password1", "aaaaaaaaaaaa", "qwertyuiop"] {
        assert_eq!(reset_password(&app, &token, weak).await, "PASSWORD_TOO_WEAK", "{weak}");
    }
    assert!(can_sign_in(&app, ADA, PASSWORD).await, "nothing was written");
}

#[tokio::test]
async fn no_side_effect_of_requesting_and_checking() {
    let app = start(json!({})).await;
    let token = request_token(&app, ADA).await;
    assert_eq!(reset_password(&app, &token, "short").await, "PASSWORD_TOO_WEAK");
    assert!(can_sign_in(&app, ADA, PASSWORD).await);
    let open = "select count(*) from verification_requests where state = 'requested'";
    assert_eq!(db_dump::query_number(&app, open).await, 1);
}

/// The token is the only way to a password here: not the code of its message, nor the id of its request, nor
/// one that is over.
#[tokio::test]
async fn step_order_of_the_two_mutations() {
    let app = start(without_throttles()["settings"].clone()).await;
    let (_hand, code) = request_code(&app, ADA).await;
    let token = app.inbox_of(ADA).await.link_path().rsplit('/').next().unwrap().to_owned();
    let everything = db_dump::all(&app).await;
    let request: Value = serde_json::from_str(&everything["verification_requests"][0]).unwrap();
    for other in ["", code.as_str(), request["id"].as_str().unwrap(), &token[1..], &token.to_lowercase()] {
        assert_eq!(reset_password(&app, other, NEW).await, "TOKEN_NOT_FOUND", "{other}");
    }
    app.clock.advance(24 * 3600);
    assert_eq!(reset_password(&app, &token, NEW).await, "TOKEN_EXPIRED");
    assert!(can_sign_in(&app, ADA, PASSWORD).await, "nothing was written");
}

/// Whatever can't be written takes the whole reset with it, and the same token does it again.
#[tokio::test]
async fn nothing_lost_of_a_reset() {
    let app = start(without_throttles()["settings"].clone()).await;
    for (number, [table, away, back]) in PARTS.into_iter().enumerate() {
        let token = request_token(&app, ADA).await;
        let before = db_dump::all(&app).await;
        db_dump::execute(&app, away).await;
        let phrase = format!("a fine phrase {number}");
        let input = json!({ "token": token, "password": phrase });
        let answer = body(&execute(&login_client(&app), RESET, input).await);
        assert_eq!(answer["errors"][0]["message"], "Internal server error", "{answer}");
        db_dump::execute(&app, back).await;
        assert_eq!(
            db_dump::changes(&before, &db_dump::all(&app).await),
            Vec::<String>::new(),
            "without {table}"
        );
        assert_eq!(reset_password(&app, &token, &phrase).await, "ok");
        let again = app.second_instance().await;
        again.may_leave_messages();
        assert_eq!(again.inbox_of(ADA).await.count_of("PasswordChanged"), number + 1, "delivered there");
        assert!(can_sign_in(&again, ADA, &phrase).await);
    }
}

/// Tokens and passwords of this API are nowhere in the database in clear.
#[tokio::test]
async fn nothing_in_clear_in_the_database() {
    let app = start(json!({})).await;
    let token = request_token(&app, ADA).await;
    assert_eq!(reset_password(&app, &token, NEW).await, "ok");
    let answer = body(&execute(&login_client(&app), SIGN_IN, json!({ "email": ADA, "password": NEW })).await);
    let session = answer["data"]["signIn"]["result"]["token"].as_str().unwrap().to_owned();
    let everything = format!("{:?}", db_dump::all(&app).await);
    for secret in [token.as_str(), NEW, session.as_str(), crate::http::LOGIN] {
        assert!(!everything.contains(secret), "{secret} stands in the database");
    }
}
