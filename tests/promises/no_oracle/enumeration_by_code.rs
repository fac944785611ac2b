//! no_oracle for making an account and for signing in by a code: an address that is free, taken, suspended, without a password
//! or with a frozen one is answered alike, step by step, and the same in every journey at once.

use serde_json::json;

use crate::promises::no_oracle::{Script, play};
use crate::promises::{
    ASK, CODE, Hand, REGISTER, REGISTER_CODE, REGISTER_PASSWORD, SIGN_IN_CODE, SIGN_IN_SEND, with_codes,
};

const RESEND: &str = "/resend";

/// Asks at the first page of a journey.
async fn begin(script: &mut Script, hand: &Hand, path: &str) -> u16 {
    let email = script.email.clone();
    script.post(hand, path, &[("identifier", &email)]).await
}

/// Everything that can be seen and done at the code page without the code.
async fn wait(script: &mut Script, hand: &Hand, code: &str) {
    script.look(hand, code).await;
    script.look(hand, &format!("{code}/state")).await;
    for typed in ["000000", "111111", "12345", ""] {
        script.post(hand, code, &[("code", typed)]).await;
    }
    script.post(hand, &format!("{code}{RESEND}"), &[]).await;
    script.app.clock.advance(30);
    script.post(hand, &format!("{code}{RESEND}"), &[]).await;
    script.look(hand, code).await;
    script.app.clock.advance(601);
    script.look(hand, code).await;
    script.look(hand, &format!("{code}/state")).await;
    script.post(hand, code, &[("code", "000000")]).await;
    script.post(hand, &format!("{code}{RESEND}"), &[]).await;
    script.look(hand, code).await;
}

#[tokio::test]
async fn signing_up_tells_nothing() {
    play(json!({}), async |script| {
        let hand = Hand::new(&script.app).await;
        begin(script, &hand, REGISTER).await;
        wait(script, &hand, REGISTER_CODE).await;
        script.look(&hand, REGISTER_PASSWORD).await;
        script.post(&hand, REGISTER_PASSWORD, &[("newPassword", "a much better phrase")]).await;
        script.post(&hand, "/register/password/check", &[("newPassword", "a much")]).await;
        script.post(&hand, "/register/change-address", &[]).await;
        script.look(&hand, REGISTER).await;
        let mut last = 0;
        for _ in 0..20 {
            last = begin(script, &hand, REGISTER).await;
        }
        assert_eq!(last, 429, "the limit of the network address");
    })
    .await;
}

#[tokio::test]
async fn signing_in_by_a_code_tells_nothing() {
    play(with_codes(json!({})), async |script| {
        let hand = Hand::new(&script.app).await;
        begin(script, &hand, SIGN_IN_SEND).await;
        wait(script, &hand, SIGN_IN_CODE).await;
        script.post(&hand, "/sign-in/change-address", &[]).await;
        script.look(&hand, "/sign-in").await;
    })
    .await;
}

/// The lock of passwords and codes together, and what is left to do while it is closed.
#[tokio::test]
async fn the_lock_tells_nothing() {
    let settings = json!({ "settings": { "throttle": {
        "guessesPerRequest": 0, "guessesPerAccount": { "limit": 0 }, "signInFailures": { "limit": 12 },
    } } });
    play(with_codes(settings), async |script| {
        let hand = Hand::new(&script.app).await;
        let email = script.email.clone();
        let wrong = [("identifier", email.as_str()), ("password", "not the password")];
        let mut statuses = Vec::new();
        begin(script, &hand, SIGN_IN_SEND).await;
        for _ in 0..7 {
            statuses.push(script.post(&hand, SIGN_IN_CODE, &[("code", "000000")]).await);
            statuses.push(script.post(&hand, "/sign-in", &wrong).await);
        }
        assert_eq!((statuses[10], statuses[11], statuses[12]), (422, 429, 429));
        script.look(&hand, SIGN_IN_CODE).await;
        script.app.clock.advance(3600);
        script.post(&hand, "/sign-in", &wrong).await;
    })
    .await;
}

/// Guesses at one journey are felt at the others, by everybody alike: or the difference would tell who has an account.
#[tokio::test]
async fn one_journey_tells_nothing_about_another() {
    let settings = json!({ "settings": { "throttle": {
        "requestsPerIp": { "limit": 0 }, "guessesPerAccount": { "limit": 12 },
    } } });
    play(with_codes(settings), async |script| {
        for (start, code) in [(ASK, CODE), (REGISTER, REGISTER_CODE), (SIGN_IN_SEND, SIGN_IN_CODE)] {
            let hand = Hand::new(&script.app).await;
            begin(script, &hand, start).await;
            for _ in 0..7 {
                script.post(&hand, code, &[("code", "000000")]).await;
            }
            script.look(&hand, code).await;
            script.app.clock.advance(20);
        }
        let late = Hand::new(&script.app).await;
        script.ask(&late).await;
        script.look(&late, CODE).await;
    })
    .await;
}
