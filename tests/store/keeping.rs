//! What is kept for operators, and what is forgotten in time.

use rekey::args;
use rekey::model::api_key::{ApiKey, Role};
use rekey::model::caller::Caller;
use rekey::model::event::{Event, EventKind};
use rekey::model::ids::{OutboxId, SessionId};
use rekey::model::recovery::RecoveryRequest;
use rekey::model::session::Session;
use rekey::model::time::Timestamp;
use rekey::model::user::VerificationRecord;
use rekey::store::audit::{Cursor, NewEntry, Repeated};
use rekey::store::outbox::{self, Ending};
use rekey::store::repudiations::{self, Repudiation};
use rekey::store::sql::Tx;
use rekey::store::throttle::{self, ThrottleRow};
use rekey::store::{api_keys, audit, captcha, one_time_tokens, recovery, sessions, settings, verifications};
use serde_json::json;

use super::codes::code;
use super::one_time_tokens::one_time_token;
use super::verifications::verification_record;
use super::{NOW, begin, person, race, request, sweep_slices, user_id};

fn caller() -> Caller {
    Caller {
        ip: "192.0.2.7".into(),
        user_agent: "a browser".into(),
        locale: "en".into(),
        app_id: Some("shop".into()),
        ..Caller::default()
    }
}

/// Writes an entry of its own.
async fn write(tx: &mut Tx, id: &str, event: &Event, caller: &Caller, at: Timestamp) {
    audit::insert(tx, &NewEntry { id, event, caller, repeated: None, at }).await.unwrap();
}

#[tokio::test]
async fn the_audit_log_is_read_newest_first() {
    let (_database, mut tx) = begin().await;
    let asked = Event::success(EventKind::PasswordResetInit, None).about("request");
    let failed = Event::refused(EventKind::SignIn, "credentials.wrong", Some(user_id("ada")));
    write(&mut tx, "1", &asked, &caller(), NOW).await;
    write(&mut tx, "2", &failed, &Caller::default(), NOW.plus(1)).await;
    let rows = audit::list(&mut tx, 10).await.unwrap();
    let read: Vec<_> =
        rows.iter().map(|row| (row.event.as_str(), row.result.as_str(), row.user_id.as_deref())).collect();
    let expected = [("sign_in", "credentials.wrong", Some("ada")), ("password_reset_init", "success", None)];
    assert_eq!(read, expected);
    assert_eq!(
        (rows[1].ip.as_str(), rows[1].user_agent.as_str(), rows[1].created_at),
        ("192.0.2.7", "a browser", NOW)
    );
    assert_eq!(audit::list(&mut tx, 1).await.unwrap().len(), 1);
    let kept: (Option<String>, Option<String>) =
        tx.one("select app_id, about from audit_log where id = '1'", args![]).await.unwrap();
    assert_eq!(kept, (Some("shop".into()), Some("request".into())));
}

#[tokio::test]
async fn refusals_of_one_key_are_one_entry() {
    let (_database, mut tx) = begin().await;
    let event = Event::refused(EventKind::SignIn, "throttled", None).with(json!({ "a": 1 }));
    for (id, key, occurrences) in [("1", "a", 1), ("2", "a", 3), ("3", "b", 1)] {
        let repeated = Repeated { key: key.to_owned(), occurrences };
        let entry = NewEntry { id, event: &event, caller: &caller(), repeated: Some(&repeated), at: NOW };
        audit::insert(&mut tx, &entry).await.unwrap();
    }
    write(&mut tx, "4", &event, &caller(), NOW).await;
    write(&mut tx, "5", &event, &caller(), NOW).await;
    let rows = audit::list(&mut tx, 10).await.unwrap();
    let read: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.occurrences)).collect();
    assert_eq!(read, [("5", 1), ("4", 1), ("3", 1), ("1", 4)]);
    assert_eq!(rows[0].details.as_deref(), Some("{\"a\":1}"));
}

#[tokio::test]
async fn the_audit_log_is_walked_through_oldest_first() {
    let (_database, mut tx) = begin().await;
    let event = Event::success(EventKind::SignIn, None);
    for (id, at) in [("b", 1), ("a", 1), ("c", 0), ("d", 2), ("e", 3)] {
        write(&mut tx, id, &event, &caller(), NOW.plus(at)).await;
    }
    let mut cursor = Cursor { at: NOW.plus(1), id: String::new() };
    let mut met = Vec::new();
    while let Some(last) = audit::list_after(&mut tx, &cursor, NOW.plus(3), 2).await.unwrap().pop() {
        met.push(last.id.clone());
        cursor = Cursor { at: last.created_at, id: last.id };
    }
    assert_eq!(met, ["b", "d"], "two at a time: a and b, then d");
}

#[tokio::test]
async fn documents_are_replaced_whole() {
    let (_database, mut tx) = begin().await;
    assert_eq!(settings::document(&mut tx).await.unwrap(), None);
    for text in ["{\"a\":1}", "{\"b\":2}"] {
        settings::save(&mut tx, text, "[]", NOW).await.unwrap();
        assert_eq!(
            settings::document(&mut tx).await.unwrap().map(|(document, _)| document).as_deref(),
            Some(text)
        );
    }
}

#[tokio::test]
async fn connectors_are_listed_by_id() {
    let (_database, mut tx) = begin().await;
    let pair = |id: &str, text: &str| (id.to_owned(), text.to_owned());
    for (id, text) in [("sms", "1"), ("mail", "2"), ("sms", "3")] {
        settings::save_connector(&mut tx, id, text, NOW).await.unwrap();
    }
    assert_eq!(settings::list_connectors(&mut tx).await.unwrap(), [pair("mail", "2"), pair("sms", "3")]);
    assert_eq!(settings::connector(&mut tx, "mail").await.unwrap().as_deref(), Some("2"));
    assert!(settings::clear_connector(&mut tx, "mail").await.unwrap());
    assert!(!settings::clear_connector(&mut tx, "mail").await.unwrap());
    assert_eq!(settings::connector(&mut tx, "mail").await.unwrap(), None);
}

#[tokio::test]
async fn a_change_of_settings_is_counted() {
    let (_database, mut tx) = begin().await;
    let before = settings::revision(&mut tx).await.unwrap();
    assert_eq!(settings::lock(&mut tx).await.unwrap(), before + 1);
    assert_eq!(settings::revision(&mut tx).await.unwrap(), before + 1);
}

#[tokio::test]
async fn a_key_is_found_by_its_token() {
    let (_database, mut tx) = begin().await;
    let key = |roles: &[Role]| ApiKey { id: "ops".to_owned(), roles: roles.to_vec(), ..ApiKey::default() };
    api_keys::save(&mut tx, &key(&[Role::Login, Role::Root]), "old", NOW).await.unwrap();
    api_keys::save(&mut tx, &key(&[Role::Root]), "new", NOW).await.unwrap();
    assert_eq!(api_keys::by_token(&mut tx, "old").await.unwrap(), None);
    assert_eq!(api_keys::by_token(&mut tx, "new").await.unwrap(), Some(key(&[Role::Root])));
    let found = api_keys::by_id(&mut tx, "ops").await.unwrap();
    assert_eq!(found, Some((key(&[Role::Root]), "new".to_owned())));
    assert_eq!(api_keys::by_id(&mut tx, "other").await.unwrap(), None);
}

/// One row of every kind that a sweep looks at: made at `at`, over at `end`.
async fn rows(tx: &mut Tx, name: &str, at: Timestamp, end: Timestamp) {
    let ada = user_id("ada");
    let request = RecoveryRequest { created_at: at, ..request(name, Some(&ada)) };
    recovery::insert(tx, &request).await.unwrap();
    recovery::codes::insert(tx, &code(name, name), name).await.unwrap();
    let message = OutboxId(name.to_owned());
    outbox::insert(tx, &message, "sealed", end, at).await.unwrap();
    outbox::mark_done(tx, &message, Ending::Sent, at).await.unwrap();
    throttle::lock(tx, name, at).await.unwrap();
    one_time_tokens::insert(tx, &one_time_token(name, at), name).await.unwrap();
    let session = Session {
        id: SessionId(name.to_owned()),
        user_id: ada.clone(),
        ip: String::new(),
        user_agent: String::new(),
        created_at: at,
        last_seen_at: at,
        expires_at: end,
        must_change: None,
    };
    sessions::insert(tx, &session, name).await.unwrap();
    let link = Repudiation {
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
    repudiations::insert(tx, &link, name).await.unwrap();
    let record = VerificationRecord { id: name.to_owned(), expires_at: end, ..verification_record(name) };
    verifications::insert(tx, &record).await.unwrap();
}

/// The ids that are left of every kind, codes included.
async fn left(tx: &mut Tx) -> Vec<(String, String)> {
    let sql = "select 'code', id from recovery_codes union all select 'link', id from repudiations \
               union all select 'message', id from outbox union all select 'one-time', id from one_time_tokens union all select 'request', id from recovery_requests \
               union all select 'session', id from sessions union all select 'throttle', id from throttles \
               union all select 'verification', id from verification_records order by 1, 2";
    tx.all(sql, args![]).await.unwrap()
}

#[tokio::test]
async fn a_sweep_removes_only_what_ended() {
    let (_database, mut tx) = begin().await;
    person(&mut tx, "ada").await;
    let before = NOW.plus(-3600);
    rows(&mut tx, "old", Timestamp(before.0 - 1), Timestamp(NOW.0 - 1)).await;
    rows(&mut tx, "young", before, NOW).await;
    assert_eq!(sweep_slices(&mut tx, before, NOW).await, 7);
    let kinds = ["code", "link", "message", "one-time", "request", "session", "throttle", "verification"];
    assert_eq!(left(&mut tx).await, kinds.map(|kind| (kind.to_owned(), "young".to_owned())));
    assert_eq!(sweep_slices(&mut tx, before, NOW).await, 0);
}

#[tokio::test]
async fn a_sweep_keeps_what_still_waits_or_locks() {
    let (_database, mut tx) = begin().await;
    let old = NOW.plus(-7200);
    let waits = OutboxId("waits".into());
    outbox::insert(&mut tx, &waits, "sealed", old, old).await.unwrap();
    throttle::lock(&mut tx, "locks", old).await.unwrap();
    let locked = ThrottleRow { hits: String::new(), locked_until: NOW.plus(60), strikes: 9, failures: 0 };
    throttle::save(&mut tx, "locks", &locked).await.unwrap();
    assert_eq!(sweep_slices(&mut tx, NOW.plus(-3600), NOW).await, 0);
    assert_eq!(left(&mut tx).await.len(), 2);
}

/// Failures in a row are remembered for longer than what is counted in an hour: a few for a week, many for 400 days.
#[tokio::test]
async fn a_sweep_remembers_failures_in_a_row() {
    let (_database, mut tx) = begin().await;
    for (name, failures) in [("few", 9), ("many", 10), ("none", 0)] {
        throttle::lock(&mut tx, name, NOW).await.unwrap();
        let row = ThrottleRow { hits: String::new(), locked_until: NOW, strikes: 0, failures };
        throttle::save(&mut tx, name, &row).await.unwrap();
    }
    let day = 24 * 3600;
    for (days, remembered) in [(1, 2), (6, 2), (7, 1), (399, 1), (400, 0)] {
        let later = NOW.plus(days * day + 1);
        sweep_slices(&mut tx, later, later).await;
        assert_eq!(left(&mut tx).await.len(), remembered, "{days}");
    }
}

#[tokio::test]
async fn one_slice_is_short() {
    let (_database, mut tx) = begin().await;
    for number in 0..201 {
        throttle::lock(&mut tx, &number.to_string(), Timestamp(number)).await.unwrap();
    }
    assert_eq!(sweep_slices(&mut tx, NOW, NOW).await, 200);
    assert_eq!(left(&mut tx).await, [("throttle".to_owned(), "200".to_owned())], "the oldest go first");
}

fn everything() -> audit::Search {
    audit::Search {
        user_id: String::new(),
        app_id: String::new(),
        event: String::new(),
        key: String::new(),
        is_whole_key: false,
        actor: String::new(),
        success: None,
        from: NOW,
        to: NOW.plus(9),
    }
}

#[tokio::test]
async fn the_audit_log_is_searched_by_what_says_most() {
    let (_database, mut tx) = begin().await;
    let event = Event::success(EventKind::SignIn, Some(user_id("ada")));
    write(&mut tx, "1", &event, &caller(), NOW).await;
    write(&mut tx, "2", &event, &Caller::default(), NOW.plus(1)).await;
    let refused = Event::refused(EventKind::SettingsChange, "settings.invalid", None).about("elsewhere");
    let ops = Caller { key: Some("ops".to_owned()), ..Caller::default() };
    write(&mut tx, "0", &refused, &ops, NOW.plus(-1)).await;
    let all = everything();
    let searches = [
        (all.clone(), 2),
        (audit::Search { user_id: "ada".into(), ..all.clone() }, 2),
        (audit::Search { user_id: "bob".into(), ..all.clone() }, 0),
        (audit::Search { app_id: "shop".into(), ..all.clone() }, 1),
        (audit::Search { event: "sign_in".into(), from: NOW.plus(1), ..all.clone() }, 1),
        (audit::Search { key: "Interaction.SignIn.Submit".into(), ..all.clone() }, 2),
        (audit::Search { key: "Interaction.SignIn.Submit".into(), is_whole_key: true, ..all.clone() }, 2),
        (audit::Search { key: "Interaction.S".into(), app_id: "shop".into(), ..all.clone() }, 1),
        (audit::Search { key: "Interaction.SignIn_Submit".into(), ..all.clone() }, 0),
        (audit::Search { key: "interaction.".into(), ..all.clone() }, 0),
        (audit::Search { actor: "ops".into(), from: Timestamp(0), ..all.clone() }, 1),
        (audit::Search { actor: "ops".into(), success: Some(true), from: Timestamp(0), ..all.clone() }, 0),
        (audit::Search { success: Some(false), from: Timestamp(0), ..all.clone() }, 1),
        (audit::Search { success: Some(true), from: Timestamp(0), ..all.clone() }, 2),
    ];
    for (search, count) in searches {
        assert_eq!(audit::list_found(&mut tx, &search, (0, 9)).await.unwrap().len(), count, "{search:?}");
        assert_eq!(audit::count_found(&mut tx, &search, 9).await.unwrap(), i64::try_from(count).unwrap());
    }
    assert!(audit::has_key(&mut tx, "Interaction.SignIn.Submit").await.unwrap());
    assert!(!audit::has_key(&mut tx, "Interaction.SignIn").await.unwrap());
    assert_eq!(audit::list_found(&mut tx, &all, (1, 9)).await.unwrap()[0].id, "1");
    assert_eq!(audit::by_id(&mut tx, "2").await.unwrap().unwrap().id, "2");
}

#[tokio::test]
async fn a_key_is_made_once_and_switched_off_for_good() {
    let (_database, mut tx) = begin().await;
    let key = ApiKey {
        id: "one".to_owned(),
        roles: vec![Role::Login],
        app_id: Some("shop".to_owned()),
        description: "the shop".to_owned(),
    };
    assert!(api_keys::insert(&mut tx, &key, "digest", NOW).await.unwrap());
    let other = ApiKey { id: "two".to_owned(), ..key.clone() };
    assert!(!api_keys::insert(&mut tx, &other, "digest", NOW).await.unwrap(), "the token is another's");
    assert_eq!(api_keys::by_token(&mut tx, "digest").await.unwrap(), Some(key.clone()));
    assert!(api_keys::disable(&mut tx, "one", NOW).await.unwrap());
    assert!(!api_keys::disable(&mut tx, "one", NOW).await.unwrap());
    api_keys::save(&mut tx, &key, "digest", NOW).await.unwrap();
    assert_eq!(
        api_keys::by_token(&mut tx, "digest").await.unwrap(),
        None,
        "the bootstrap file does not switch it on"
    );
    let other = ApiKey { id: "two".to_owned(), app_id: Some("other".to_owned()), ..key.clone() };
    for (key, name) in [(&ApiKey { id: "three".to_owned(), ..key.clone() }, "shop's"), (&other, "other's")] {
        assert!(api_keys::insert(&mut tx, key, name, NOW).await.unwrap());
    }
    api_keys::disable_by_app(&mut tx, "shop", NOW).await.unwrap();
    assert_eq!(api_keys::by_token(&mut tx, "shop's").await.unwrap(), None);
    assert_eq!(api_keys::by_token(&mut tx, "other's").await.unwrap(), Some(other));
}

#[tokio::test]
async fn a_solution_is_taken_once() {
    let (database, tx) = begin().await;
    tx.commit().await.unwrap();
    let taken = race(&database.store, 20, |mut tx| async move {
        let first = captcha::take(&mut tx, "digest", NOW.plus(60)).await.unwrap();
        (tx, first)
    });
    assert_eq!(taken.await.into_iter().filter(|first| *first).count(), 1);
}
