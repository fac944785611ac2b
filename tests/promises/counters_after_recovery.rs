//! A recovery clears what strangers used up against the owner: messages, guessed codes and failed sign-ins, the
//! same on every face, also what was counted after the code was typed. An operator's password clears no guesses.

use serde_json::json;

use super::proofs_end::ADA;
use super::proofs_end::not_me::writers::{HELD, Writer};
use super::{PASSWORD, asked, rows, signs_in, wrong};
use crate::faces::account_api::{EVERYTHING, Phone, open};
use crate::faces::with_keys;
use crate::support::app::TestApp;
use crate::support::people::set_password;

const SENDS: &str = "select count(*) from throttles where hits <> '' and id like 'sends:%'";
const GUESSES: &str = "select count(*) from throttles where hits <> '' and id like 'guesses:%'";
const SIGN_INS: &str = "select count(*) from throttles where hits <> '' and id like 'sign_in:%'";

async fn program() -> (TestApp, Phone, String) {
    let mut given = open();
    given["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    // The limits that everybody has; those of the household are off, and then nothing is counted.
    given["settings"]["throttle"] = json!({ "requestsPerIp": { "limit": 0 } });
    let app = TestApp::with(given).await;
    app.may_leave_messages();
    let ada = app.person(ADA).with_password(PASSWORD).make().await;
    let phone = Phone::of(&app, &ada, EVERYTHING).await;
    (app, phone, ada.id)
}

/// Somebody asks for a message, guesses its code, and tries a password.
async fn is_pestered(app: &TestApp) {
    app.clock.advance(120);
    let (stranger, code) = asked(app, ADA).await;
    assert_eq!(stranger.code(&wrong(&code)).await.status, 422);
    assert!(!signs_in(app, ADA, "a guess at the password").await);
    assert_eq!(counted(app).await, [1, 1, 1]);
}

/// Of the messages, the guesses and the failed sign-ins, how many are counted against somebody.
async fn counted(app: &TestApp) -> [i64; 3] {
    [rows::number(app, SENDS).await, rows::number(app, GUESSES).await, rows::number(app, SIGN_INS).await]
}

#[tokio::test]
async fn a_recovery_clears_the_same_counters_on_every_face() {
    for writer in
        [Writer::ResetByPages, Writer::ResetByExperience, Writer::ResetByGraphql, Writer::ResetBySdk]
    {
        let (app, phone, _) = program().await;
        // A link is superseded by a later message, so it is the last that is sent.
        let is_link = matches!(writer, Writer::ResetByGraphql);
        if is_link {
            is_pestered(&app).await;
        }
        let ready = writer.prepares(&app, &phone).await;
        if !is_link {
            is_pestered(&app).await;
        }
        assert!(ready.writes(&app).await, "{writer:?}");
        assert_eq!(counted(&app).await, [0, 0, 0], "{writer:?}");
    }
}

#[tokio::test]
async fn an_operators_password_clears_the_failed_sign_ins_alone() {
    let (app, _, id) = program().await;
    is_pestered(&app).await;
    set_password(&app, &id, HELD).await;
    assert_eq!(counted(&app).await, [1, 1, 0]);
}
