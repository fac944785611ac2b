//! The promises over GraphQL: the same machine as the pages, asked by another door.

use serde_json::{Value, json};

use crate::http::graphql::{ADA, ASK, NEW, RESET, SIGN_IN, ask, login, resets, said, token};
use crate::http::{body, with_keys};
use crate::promises::no_oracle::{Script, play};
use crate::promises::nothing_lost::PARTS;
use crate::promises::{ASK as PAGE, Hand, PASSWORD, asked, signs_in, unhurried};
use crate::support::app::TestApp;
use crate::support::concurrency::{MANY, flood};
use crate::support::db_dump;

async fn start(settings: Value) -> TestApp {
    let app = TestApp::with(with_keys(settings)).await;
    app.person(ADA).with_password(PASSWORD).make().await;
    app.may_leave_messages();
    app
}

#[tokio::test]
async fn single_use_of_tokens() {
    let app = start(json!({})).await;
    let second = app.second_instance().await;
    second.may_leave_messages();
    let token = token(&app, ADA).await;
    let answers = flood(MANY, |number| {
        let machine = if number % 2 == 0 { login(&app) } else { login(&second) };
        let given = json!({ "token": token, "password": format!("a fine long phrase {number}") });
        async move { (number, body(&ask(&machine, RESET, given).await)) }
    })
    .await;
    let won: Vec<_> =
        answers.iter().filter(|(_, answer)| answer["data"]["resetPassword"]["ok"] == true).collect();
    assert_eq!(won.len(), 1, "one call sets the password");
    for (_, answer) in answers.iter().filter(|(_, answer)| answer["data"]["resetPassword"]["ok"] != true) {
        let told = answer["data"]["resetPassword"]["error"]["code"].as_str();
        let busy = &answer["errors"][0]["extensions"]["code"];
        assert!(told == Some("TOKEN_USED") || busy == "Unavailable", "{answer}");
    }
    assert!(signs_in(&app, ADA, &format!("a fine long phrase {}", won[0].0)).await);
    assert_eq!(app.inbox_of(ADA).await.count_of("PasswordChanged"), 1, "told once");
    let audited = "select count(*) from audit_log where event = 'password_reset' and result = 'success'";
    assert_eq!(db_dump::number(&app, audited).await, 1, "written down once");
}

/// The code and the token of one message are one proof, wherever they are brought.
#[tokio::test]
async fn single_use_across_faces() {
    let app = start(unhurried()["settings"].clone()).await;
    let (hand, code) = asked(&app, ADA).await;
    let link = app.inbox_of(ADA).await.link_path();
    let token = link.rsplit('/').next().unwrap().to_owned();
    assert_eq!(resets(&app, &token, NEW).await, "ok");
    hand.code(&code).await.refused("code.earlier");
    let (hand, code) = asked(&app, ADA).await;
    let link = app.inbox_of(ADA).await.link_path();
    hand.code(&code).await.redirects_to("/forgot-password/reset");
    assert_eq!(resets(&app, link.rsplit('/').next().unwrap(), NEW).await, "TOKEN_USED");
}

/// Passwords tried here, many in one query, and on the page are one count.
#[tokio::test]
async fn guess_budget_is_that_of_the_pages() {
    let app = start(json!({ "throttle": { "signInFailures": { "limit": 6 } } })).await;
    let one = |number: usize| {
        format!("a{number}: signIn(email: \"{ADA}\", password: \"wrong\") {{ error {{ code }} }} ")
    };
    let query: String = (0..4).map(one).collect();
    let answer = body(&ask(&login(&app), &format!("mutation {{ {query} }}"), json!({})).await);
    assert_eq!(answer["data"]["a3"]["error"]["code"], "INVALID_CREDENTIALS");
    let hand = Hand::new(&app).await;
    hand.post("/sign-in", &[("identifier", ADA), ("password", "wrong")]).await.refused("credentials.wrong");
    let given = |password: &str| json!({ "email": ADA, "password": password });
    assert_eq!(said(&login(&app), SIGN_IN, given("wrong")).await, "RATE_LIMIT_EXCEEDED");
    hand.post("/sign-in", &[("identifier", ADA), ("password", PASSWORD)]).await.refused("throttled");
    let token = token(&app, ADA).await;
    assert_eq!(resets(&app, &token, NEW).await, "ok");
    assert_eq!(said(&login(&app), SIGN_IN, given(NEW)).await, "ok", "a reset opens the lock");
}

/// What is asked for here and on the page is one count for the network.
#[tokio::test]
async fn one_throttle_for_every_face() {
    let app = start(json!({ "throttle": { "requestsPerIp": { "limit": 2 } } })).await;
    Hand::new(&app).await.ask("ghost@example.org").await.redirects_to("/forgot-password/verification-code");
    assert_eq!(said(&login(&app), ASK, json!({ "email": "ghost@example.org" })).await, "ok");
    assert_eq!(said(&login(&app), ASK, json!({ "email": ADA })).await, "RATE_LIMIT_EXCEEDED");
    Hand::new(&app).await.post(PAGE, &[("identifier", ADA)]).await.refused("throttled");
}

async fn call(script: &mut Script, query: &str, variables: Value) {
    let page = ask(&login(&script.app), query, variables).await;
    script.note(query, &page);
}

#[tokio::test]
async fn no_oracle_for_a_forgotten_password_and_signing_in() {
    play(with_keys(json!({ "throttle": { "signInFailures": { "limit": 4 } } })), async |script| {
        let email = script.email.clone();
        for _ in 0..3 {
            call(script, ASK, json!({ "email": email })).await;
            call(script, RESET, json!({ "token": "nobody-has-this-token", "password": NEW })).await;
            script.app.clock.advance(1);
        }
        for _ in 0..6 {
            call(script, SIGN_IN, json!({ "email": email, "password": "not the password" })).await;
        }
        for _ in 0..20 {
            call(script, ASK, json!({ "email": email })).await;
        }
    })
    .await;
}

#[tokio::test]
async fn same_policy_as_everywhere() {
    let app = start(json!({})).await;
    let token = token(&app, ADA).await;
    for weak in ["short", "password1", "aaaaaaaaaaaa", "qwertyuiop"] {
        assert_eq!(resets(&app, &token, weak).await, "PASSWORD_TOO_WEAK", "{weak}");
    }
    assert!(signs_in(&app, ADA, PASSWORD).await, "nothing was written");
}

#[tokio::test]
async fn no_side_effect_of_asking_and_looking() {
    let app = start(json!({})).await;
    let token = token(&app, ADA).await;
    assert_eq!(resets(&app, &token, "short").await, "PASSWORD_TOO_WEAK");
    assert!(signs_in(&app, ADA, PASSWORD).await);
    let open = "select count(*) from recovery_requests where state = 'requested'";
    assert_eq!(db_dump::number(&app, open).await, 1);
}

/// The token is the only way to a password here: not the code of its message, nor the id of its request, nor one that is over.
#[tokio::test]
async fn step_order_of_the_two_mutations() {
    let app = start(unhurried()["settings"].clone()).await;
    let (_hand, code) = asked(&app, ADA).await;
    let token = app.inbox_of(ADA).await.link_path().rsplit('/').next().unwrap().to_owned();
    let everything = db_dump::all(&app).await;
    let request: Value = serde_json::from_str(&everything["recovery_requests"][0]).unwrap();
    for other in ["", code.as_str(), request["id"].as_str().unwrap(), &token[1..], &token.to_lowercase()] {
        assert_eq!(resets(&app, other, NEW).await, "TOKEN_NOT_FOUND", "{other}");
    }
    app.clock.advance(24 * 3600);
    assert_eq!(resets(&app, &token, NEW).await, "TOKEN_EXPIRED");
    assert!(signs_in(&app, ADA, PASSWORD).await, "nothing was written");
}

/// Whatever can't be written takes the whole reset with it, and the same token does it again.
#[tokio::test]
async fn nothing_lost_of_a_reset() {
    let app = start(unhurried()["settings"].clone()).await;
    for (number, [table, away, back]) in PARTS.into_iter().enumerate() {
        let token = token(&app, ADA).await;
        let before = db_dump::all(&app).await;
        db_dump::run(&app, away).await;
        let phrase = format!("a fine phrase {number}");
        let given = json!({ "token": token, "password": phrase });
        let answer = body(&ask(&login(&app), RESET, given).await);
        assert_eq!(answer["errors"][0]["message"], "Internal server error", "{answer}");
        db_dump::run(&app, back).await;
        assert_eq!(
            db_dump::changes(&before, &db_dump::all(&app).await),
            Vec::<String>::new(),
            "without {table}"
        );
        assert_eq!(resets(&app, &token, &phrase).await, "ok");
        let again = app.second_instance().await;
        again.may_leave_messages();
        assert_eq!(again.inbox_of(ADA).await.count_of("PasswordChanged"), number + 1, "delivered there");
        assert!(signs_in(&again, ADA, &phrase).await);
    }
}

/// Tokens and passwords that came and went by this door stand nowhere in the database.
#[tokio::test]
async fn nothing_in_clear_in_the_database() {
    let app = start(json!({})).await;
    let token = token(&app, ADA).await;
    assert_eq!(resets(&app, &token, NEW).await, "ok");
    let answer = body(&ask(&login(&app), SIGN_IN, json!({ "email": ADA, "password": NEW })).await);
    let session = answer["data"]["signIn"]["result"]["token"].as_str().unwrap().to_owned();
    let everything = format!("{:?}", db_dump::all(&app).await);
    for secret in [token.as_str(), NEW, session.as_str(), crate::http::LOGIN] {
        assert!(!everything.contains(secret), "{secret} stands in the database");
    }
}
