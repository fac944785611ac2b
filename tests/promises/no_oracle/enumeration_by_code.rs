//! no_oracle for making an account and for signing in by a code: an address that is free, taken, suspended,
//! without a password or with a frozen one is answered alike, step by step, and the same in every flow at
//! once.

use serde_json::json;

use crate::promises::no_oracle::{Recording, compare_accounts};
use crate::promises::{
    CODE, CookieClient, FORGOT_PASSWORD, REGISTER, REGISTER_CODE, REGISTER_PASSWORD, SIGN_IN_CODE,
    SIGN_IN_SEND, with_sign_in_codes,
};

const RESEND: &str = "/resend";

/// Asks at the first page of a flow.
async fn submit_identifier(script: &mut Recording, client: &CookieClient, path: &str) -> u16 {
    let email = script.email.clone();
    script.post(client, path, &[("identifier", &email)]).await
}

/// Everything that can be seen and done at the code page without the code.
async fn wait_and_resend(script: &mut Recording, client: &CookieClient, code: &str) {
    script.get(client, code).await;
    script.get(client, &format!("{code}/state")).await;
    for typed in ["000000", "111111", "12345", ""] {
        script.post(client, code, &[("code", typed)]).await;
    }
    script.post(client, &format!("{code}{RESEND}"), &[]).await;
    script.app.clock.advance(30);
    script.post(client, &format!("{code}{RESEND}"), &[]).await;
    script.get(client, code).await;
    script.app.clock.advance(601);
    script.get(client, code).await;
    script.get(client, &format!("{code}/state")).await;
    script.post(client, code, &[("code", "000000")]).await;
    script.post(client, &format!("{code}{RESEND}"), &[]).await;
    script.get(client, code).await;
}

#[tokio::test]
async fn signing_up_reveals_nothing() {
    compare_accounts(json!({}), async |script| {
        let client = CookieClient::new(&script.app).await;
        submit_identifier(script, &client, REGISTER).await;
        wait_and_resend(script, &client, REGISTER_CODE).await;
        script.get(&client, REGISTER_PASSWORD).await;
        script.post(&client, REGISTER_PASSWORD, &[("newPassword", "a much better phrase")]).await;
        script.post(&client, "/register/password/check", &[("newPassword", "a much")]).await;
        script.post(&client, "/register/change-address", &[]).await;
        script.get(&client, REGISTER).await;
        let mut last = 0;
        for _ in 0..20 {
            last = submit_identifier(script, &client, REGISTER).await;
        }
        assert_eq!(last, 429, "the limit of the network address");
    })
    .await;
}

#[tokio::test]
async fn signing_in_by_code_reveals_nothing() {
    compare_accounts(with_sign_in_codes(json!({})), async |script| {
        let client = CookieClient::new(&script.app).await;
        submit_identifier(script, &client, SIGN_IN_SEND).await;
        wait_and_resend(script, &client, SIGN_IN_CODE).await;
        script.post(&client, "/sign-in/change-address", &[]).await;
        script.get(&client, "/sign-in").await;
    })
    .await;
}

/// The lock of passwords and codes together, and what is left to do while it is closed.
#[tokio::test]
async fn the_lockout_reveals_nothing() {
    let settings = json!({ "settings": { "throttle": {
        "guessesPerRequest": 0, "guessesPerAccount": { "limit": 0 }, "signInFailures": { "limit": 12 },
    } } });
    compare_accounts(with_sign_in_codes(settings), async |script| {
        let client = CookieClient::new(&script.app).await;
        let email = script.email.clone();
        let wrong = [("identifier", email.as_str()), ("password", "not the password")];
        let mut statuses = Vec::new();
        submit_identifier(script, &client, SIGN_IN_SEND).await;
        for _ in 0..7 {
            statuses.push(script.post(&client, SIGN_IN_CODE, &[("code", "000000")]).await);
            statuses.push(script.post(&client, "/sign-in", &wrong).await);
        }
        assert_eq!((statuses[10], statuses[11], statuses[12]), (422, 429, 429));
        script.get(&client, SIGN_IN_CODE).await;
        script.app.clock.advance(3600);
        script.post(&client, "/sign-in", &wrong).await;
    })
    .await;
}

/// Guesses at one flow are felt at the others, by everybody alike: or the difference would tell who has an
/// account.
#[tokio::test]
async fn one_flow_reveals_nothing_about_another() {
    let settings = json!({ "settings": { "throttle": {
        "requestsPerIp": { "limit": 0 }, "guessesPerAccount": { "limit": 12 },
    } } });
    compare_accounts(with_sign_in_codes(settings), async |script| {
        for (start, code) in
            [(FORGOT_PASSWORD, CODE), (REGISTER, REGISTER_CODE), (SIGN_IN_SEND, SIGN_IN_CODE)]
        {
            let client = CookieClient::new(&script.app).await;
            submit_identifier(script, &client, start).await;
            for _ in 0..7 {
                script.post(&client, code, &[("code", "000000")]).await;
            }
            script.get(&client, code).await;
            script.app.clock.advance(20);
        }
        let late = CookieClient::new(&script.app).await;
        script.request_reset(&late).await;
        script.get(&late, CODE).await;
    })
    .await;
}
