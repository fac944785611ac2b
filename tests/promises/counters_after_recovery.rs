//! A recovery clears what strangers used up against the owner: messages, guessed codes and failed sign-ins,
//! the same through every interface, also what was counted after the code was typed. An operator's password
//! clears no guesses.

use serde_json::json;

use super::proofs_end::ADA;
use super::proofs_end::not_me::writers::{HELD, Writer};
use super::{PASSWORD, can_sign_in, request_code, wrong_code};
use crate::http::account_api::{EVERYTHING, MyAccountClient, everything_editable};
use crate::http::with_keys;
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::people::set_password;

const SENDS: &str = "select count(*) from throttles where hits <> '' and id like 'sends:%'";
const GUESSES: &str = "select count(*) from throttles where hits <> '' and id like 'guesses:%'";
const SIGN_INS: &str = "select count(*) from throttles where hits <> '' and id like 'sign_in:%'";

async fn start() -> (TestApp, MyAccountClient, String) {
    let mut input = everything_editable();
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    // Limits that are off count nothing.
    input["settings"]["throttle"] = json!({ "requestsPerIp": { "limit": 0 } });
    let app = TestApp::with(input).await;
    app.may_leave_messages();
    let ada = app.new_user(ADA).with_password(PASSWORD).make().await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    (app, account_client, ada.id)
}

/// Somebody asks for a message, guesses its code, and tries a password.
async fn use_up_attempts(app: &TestApp) {
    app.clock.advance(120);
    let (stranger, code) = request_code(app, ADA).await;
    assert_eq!(stranger.enter_code(&wrong_code(&code)).await.status, 422);
    assert!(!can_sign_in(app, ADA, "a guess at the password").await);
    assert_eq!(count_attempts(app).await, [1, 1, 1]);
}

/// Of the messages, the guesses and the failed sign-ins, how many are counted against somebody.
async fn count_attempts(app: &TestApp) -> [i64; 3] {
    [
        db_dump::query_number(app, SENDS).await,
        db_dump::query_number(app, GUESSES).await,
        db_dump::query_number(app, SIGN_INS).await,
    ]
}

#[tokio::test]
async fn a_recovery_clears_the_same_counters_through_every_interface() {
    for writer in
        [Writer::ResetByPages, Writer::ResetByExperience, Writer::ResetByGraphql, Writer::ResetBySdk]
    {
        let (app, account_client, _) = start().await;
        // A link is superseded by a later message, so it is the last that is sent.
        let is_link = matches!(writer, Writer::ResetByGraphql);
        if is_link {
            use_up_attempts(&app).await;
        }
        let ready = writer.prepare(&app, &account_client).await;
        if !is_link {
            use_up_attempts(&app).await;
        }
        assert!(ready.write(&app).await, "{writer:?}");
        assert_eq!(count_attempts(&app).await, [0, 0, 0], "{writer:?}");
    }
}

#[tokio::test]
async fn an_operators_password_clears_the_failed_sign_ins_alone() {
    let (app, _, id) = start().await;
    use_up_attempts(&app).await;
    set_password(&app, &id, HELD).await;
    assert_eq!(count_attempts(&app).await, [1, 1, 0]);
}
