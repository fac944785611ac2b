//! A password that is being written while the owner says "this wasn't me" is not written, whatever interface
//! it comes by. A breach server that does not answer yet holds it back between the check of what allows it
//! and the write.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Semaphore;

use super::super::{ADA, NEW, choose_password, dispute, take_address, take_password};
use super::writers::{HELD, Ready, THIEFS, WRITERS};
use crate::http::account_api::{EVERYTHING, MyAccountClient, everything_editable};
use crate::http::with_keys;
use crate::promises::{PASSWORD, can_sign_in};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::db_dump;
use crate::support::people::TestUser;
use crate::support::stubs::range_server::{Answer, RangeServer, hash};

/// A program whose breach server can be told to wait, and Ada.
async fn start_with_slow_server() -> (TestApp, TestUser, RangeServer) {
    let server = RangeServer::answering(Answer::range(&[])).await;
    let mut input = everything_editable();
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    input["settings"]["signInExperience"] =
        json!({ "signIn": { "methods": [{ "identifier": "email" }, { "identifier": "username" }] } });
    let variables = [("REKEY_BREACHES__URL", server.url.as_str()), ("REKEY_BREACHES__TIMEOUT_MS", "60000")];
    let app = TestApp::configured(&variables, input).await;
    app.may_leave_messages();
    let ada = app.new_user(ADA).with_username("ada").with_password(PASSWORD).make().await;
    (app, ada, server)
}

/// Writes, and while that is under way does this; whether it was said to be written.
async fn meanwhile(
    (app, server): (&TestApp, &RangeServer),
    ready: &Ready,
    work: impl Future<Output = Browser>,
) -> (bool, Browser) {
    let gate = Arc::new(Semaphore::new(0));
    server.set_answer(Answer::range(&[]).wait_for(&gate));
    let prefix = hash(HELD).0;
    let work = async {
        while !server.requests().iter().any(|request| request.contains(&prefix)) {
            tokio::task::yield_now().await;
        }
        let browser = work.await;
        gate.add_permits(1);
        browser
    };
    tokio::join!(ready.write(app), work)
}

#[tokio::test]
async fn a_pending_password_change_is_not_written_after_a_dispute() {
    for writer in WRITERS {
        let (app, ada, server) = start_with_slow_server().await;
        let attacker = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
        take_password(&app, &attacker, PASSWORD, THIEFS).await;
        let owners = app.inbox_of(ADA).await.not_me_path();
        app.clock.advance(60);
        let ready = writer.prepare(&app, &attacker).await;
        let work = async { dispute(&app, &owners).await.0 };
        let (is_written, browser) = meanwhile((&app, &server), &ready, work).await;
        assert!(!is_written, "{writer:?}");
        for password in [HELD, THIEFS, PASSWORD] {
            assert!(!can_sign_in(&app, ADA, password).await, "{writer:?}: {password}");
        }
        choose_password(&app, &browser, ADA, NEW).await;
        assert!(can_sign_in(&app, ADA, NEW).await, "{writer:?}: the owner is back");
    }
}

/// Where the put-back leaves an account that nothing could prove any more, a first password needs no proof:
/// the app's token must still be good.
#[tokio::test]
async fn a_pending_first_password_ends_with_its_sign_in() {
    let (app, ada, server) = start_with_slow_server().await;
    let attacker = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    take_address(&app, &attacker, PASSWORD, "first@thief.example").await;
    let owners = app.inbox_of(ADA).await.not_me_path();
    db_dump::execute(&app, "update users set password_digest = null").await;
    let ready =
        Ready::Proved(attacker.with_record(&attacker.verify_address(&app, "first@thief.example").await));
    app.new_user(ADA).make().await;
    let work = async { dispute(&app, &owners).await.0 };
    let (is_written, _) = meanwhile((&app, &server), &ready, work).await;
    assert!(!is_written && !can_sign_in(&app, "ada", HELD).await);
}
