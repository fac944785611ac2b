//! What a sweep deletes, and which expired rows it keeps because they still lock, wait or have to be
//! recognized.

use rekey_core::args;
use rekey_core::credentials::disputes_store::{self, DisputeLink};
use rekey_core::db::sql::Tx;
use rekey_core::messages::store::{NewMessage, OutboxOutcome};
use rekey_core::sessions::Session;
use rekey_core::throttle::store::ThrottleRow;
use rekey_core::types::ids::{OutboxId, SessionId};
use rekey_core::types::time::Timestamp;
use rekey_core::verification::verification_request::VerificationRequest;
use rekey_core::{messages, one_time_tokens, sessions, throttle, verification};

use crate::store::verification::codes::code;
use crate::store::verification::one_time_tokens::one_time_token;
use crate::store::{NOW, begin, insert_user, request, sweep_slices, user_id};

/// One row of every kind that a sweep looks at: made at `at`, over at `end`.
async fn rows(tx: &mut Tx, name: &str, at: Timestamp, end: Timestamp) {
    let ada = user_id("ada");
    let request = VerificationRequest { created_at: at, ..request(name, Some(&ada)) };
    verification::store::insert(tx, &request).await.unwrap();
    verification::store::codes::insert(tx, &code(name, name), Some(name)).await.unwrap();
    let message = OutboxId(name.to_owned());
    let new = NewMessage { id: &message, sealed: "sealed", request_id: None, expires_at: end };
    messages::store::insert(tx, &new, at).await.unwrap();
    messages::store::mark_done(tx, &message, OutboxOutcome::Sent, at).await.unwrap();
    throttle::store::lock(tx, name, at).await.unwrap();
    one_time_tokens::store::insert(tx, &one_time_token(name, at), name).await.unwrap();
    let session = Session {
        id: SessionId(name.to_owned()),
        user_id: ada.clone(),
        ip: String::new(),
        user_agent: String::new(),
        created_at: at,
        last_seen_at: at,
        expires_at: end,
        must_change: None,
        idle_seconds: 60,
    };
    sessions::store::insert(tx, &session, name).await.unwrap();
    let link = DisputeLink {
        id: name.to_owned(),
        user_id: ada,
        password_changed_at: at,
        proved_by: None,
        device: String::new(),
        address: None,
        created_at: at,
        expires_at: end,
        used_at: None,
        sent_to: None,
        placed: None,
        ended_at: None,
    };
    disputes_store::insert(tx, &link, name).await.unwrap();
}

/// The ids that are left of every kind, codes included.
async fn left(tx: &mut Tx) -> Vec<(String, String)> {
    let sql = "select 'code', id from verification_codes union all select 'link', id from repudiations \
               union all select 'message', id from outbox union all select 'one-time', id from one_time_tokens union all select 'request', id from verification_requests \
               union all select 'session', id from sessions union all select 'throttle', id from throttles order by 1, 2";
    tx.all(sql, args![]).await.unwrap()
}

#[tokio::test]
async fn a_sweep_removes_only_what_ended() {
    let (_database, mut tx) = begin().await;
    insert_user(&mut tx, "ada").await;
    let before = NOW.plus_seconds(-3600);
    rows(&mut tx, "old", Timestamp(before.0 - 1), Timestamp(NOW.0 - 1)).await;
    rows(&mut tx, "young", before, NOW).await;
    assert_eq!(sweep_slices(&mut tx, before, NOW).await, 6);
    let kinds = ["code", "link", "message", "one-time", "request", "session", "throttle"];
    assert_eq!(left(&mut tx).await, kinds.map(|kind| (kind.to_owned(), "young".to_owned())));
    assert_eq!(sweep_slices(&mut tx, before, NOW).await, 0);
}

#[tokio::test]
async fn a_sweep_keeps_what_still_waits_or_locks() {
    let (_database, mut tx) = begin().await;
    let old = NOW.plus_seconds(-7200);
    let waits = OutboxId("waits".into());
    let new = NewMessage { id: &waits, sealed: "sealed", request_id: None, expires_at: old };
    messages::store::insert(&mut tx, &new, old).await.unwrap();
    throttle::store::lock(&mut tx, "locks", old).await.unwrap();
    let locked = ThrottleRow {
        hits: String::new(),
        locked_until: NOW.plus_seconds(60),
        strikes: 9,
        failures: 0,
        ends_at: NOW.plus_seconds(60),
    };
    throttle::store::save(&mut tx, "locks", &locked).await.unwrap();
    assert_eq!(sweep_slices(&mut tx, NOW.plus_seconds(-3600), NOW).await, 0);
    assert_eq!(left(&mut tx).await.len(), 2);
}

/// A throttle row ends at the moment that it names, whatever it holds and whoever touches it.
#[tokio::test]
async fn a_sweep_removes_throttles_that_ended() {
    let (_database, mut tx) = begin().await;
    let day = 24 * 3600;
    for (name, days) in [("short", 1), ("few", 7), ("many", 400)] {
        throttle::store::lock(&mut tx, name, NOW).await.unwrap();
        let row = ThrottleRow {
            hits: String::new(),
            locked_until: Timestamp(0),
            strikes: 0,
            failures: 50,
            ends_at: NOW.plus_seconds(days * day),
        };
        throttle::store::save(&mut tx, name, &row).await.unwrap();
    }
    for (days, remembered) in [(1, 3), (2, 2), (7, 2), (8, 1), (400, 1), (401, 0)] {
        let now = NOW.plus_seconds(days * day);
        sweep_slices(&mut tx, now, now).await;
        assert_eq!(left(&mut tx).await.len(), remembered, "{days}");
    }
}

#[tokio::test]
async fn one_slice_is_short() {
    let (_database, mut tx) = begin().await;
    for number in 0..201 {
        throttle::store::lock(&mut tx, &number.to_string(), Timestamp(number)).await.unwrap();
    }
    assert_eq!(sweep_slices(&mut tx, NOW, NOW).await, 200);
    assert_eq!(left(&mut tx).await, [("throttle".to_owned(), "200".to_owned())], "the oldest go first");
}
