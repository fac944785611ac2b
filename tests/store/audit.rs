//! The audit log: written once, read back in two orders, and searched by any of what an entry says.

use rekey_core::args;
use rekey_core::audit;
use rekey_core::audit::event::{Event, EventKind};
use rekey_core::audit::store::{Cursor, NewEntry, RepeatedRefusal, Search};
use rekey_core::db::sql::{Rows, Tx};
use rekey_core::types::caller::Caller;
use rekey_core::types::time::Timestamp;
use serde_json::json;

use super::{NOW, begin, user_id};

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
    audit::store::insert(tx, &NewEntry { id, event, caller, repeated: None, at }).await.unwrap();
}

#[tokio::test]
async fn the_audit_log_is_read_newest_first() {
    let (_database, mut tx) = begin().await;
    let init_event = Event::success(EventKind::PasswordResetInit, None).with_subject("request");
    let failed = Event::refused(EventKind::SignIn, "credentials.wrong", Some(user_id("ada")));
    write(&mut tx, "1", &init_event, &caller(), NOW).await;
    write(&mut tx, "2", &failed, &Caller::default(), NOW.plus_seconds(1)).await;
    let rows = audit::store::list(&mut tx, 10).await.unwrap();
    let read: Vec<_> =
        rows.iter().map(|row| (row.event.as_str(), row.result.as_str(), row.user_id.as_deref())).collect();
    let expected = [("sign_in", "credentials.wrong", Some("ada")), ("password_reset_init", "success", None)];
    assert_eq!(read, expected);
    assert_eq!(
        (rows[1].ip.as_str(), rows[1].user_agent.as_str(), rows[1].created_at),
        ("192.0.2.7", "a browser", NOW)
    );
    assert_eq!(audit::store::list(&mut tx, 1).await.unwrap().len(), 1);
    let stored: (Option<String>, Option<String>) =
        tx.one("select app_id, about from audit_log where id = '1'", args![]).await.unwrap();
    assert_eq!(stored, (Some("shop".into()), Some("request".into())));
}

#[tokio::test]
async fn refusals_of_one_key_are_one_entry() {
    let (_database, mut tx) = begin().await;
    let event = Event::refused(EventKind::SignIn, "throttled", None).with_details(json!({ "a": 1 }));
    for (id, key, occurrences) in [("1", "a", 1), ("2", "a", 3), ("3", "b", 1)] {
        let repeated = RepeatedRefusal { key: key.to_owned(), occurrences };
        let entry = NewEntry { id, event: &event, caller: &caller(), repeated: Some(&repeated), at: NOW };
        audit::store::insert(&mut tx, &entry).await.unwrap();
    }
    write(&mut tx, "4", &event, &caller(), NOW).await;
    write(&mut tx, "5", &event, &caller(), NOW).await;
    let rows = audit::store::list(&mut tx, 10).await.unwrap();
    let read: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.occurrences)).collect();
    assert_eq!(read, [("5", 1), ("4", 1), ("3", 1), ("1", 4)]);
    assert_eq!(rows[0].details.as_deref(), Some("{\"a\":1}"));
}

#[tokio::test]
async fn the_audit_log_is_walked_through_oldest_first() {
    let (_database, mut tx) = begin().await;
    let event = Event::success(EventKind::SignIn, None);
    for (id, at) in [("b", 1), ("a", 1), ("c", 0), ("d", 2), ("e", 3)] {
        write(&mut tx, id, &event, &caller(), NOW.plus_seconds(at)).await;
    }
    let mut cursor = Cursor { at: NOW.plus_seconds(1), id: String::new() };
    let mut met = Vec::new();
    while let Some(last) =
        audit::store::list_after(&mut tx, &cursor, NOW.plus_seconds(3), 2).await.unwrap().pop()
    {
        met.push(last.id.clone());
        cursor = Cursor { at: last.created_at, id: last.id };
    }
    assert_eq!(met, ["b", "d"], "two at a time: a and b, then d");
}

fn everything() -> Search {
    Search {
        user_id: String::new(),
        app_id: String::new(),
        event: String::new(),
        key: String::new(),
        is_exact_key: false,
        actor: String::new(),
        success: None,
        from: NOW,
        to: NOW.plus_seconds(9),
    }
}

/// Searches, and how many entries each finds.
fn searches() -> Vec<(Search, usize)> {
    vec![
        (everything(), 2),
        (Search { user_id: "ada".into(), ..everything() }, 2),
        (Search { user_id: "bob".into(), ..everything() }, 0),
        (Search { app_id: "shop".into(), ..everything() }, 1),
        (Search { event: "sign_in".into(), from: NOW.plus_seconds(1), ..everything() }, 1),
        (Search { key: "Interaction.SignIn.Submit".into(), ..everything() }, 2),
        (Search { key: "Interaction.SignIn.Submit".into(), is_exact_key: true, ..everything() }, 2),
        (Search { key: "Interaction.S".into(), app_id: "shop".into(), ..everything() }, 1),
        (Search { key: "Interaction.SignIn_Submit".into(), ..everything() }, 0),
        (Search { key: "interaction.".into(), ..everything() }, 0),
        (Search { actor: "ops".into(), from: Timestamp(0), ..everything() }, 1),
        (Search { actor: "ops".into(), success: Some(true), from: Timestamp(0), ..everything() }, 0),
        (Search { success: Some(false), from: Timestamp(0), ..everything() }, 1),
        (Search { success: Some(true), from: Timestamp(0), ..everything() }, 2),
    ]
}

#[tokio::test]
async fn the_audit_log_is_searched_by_what_says_most() {
    let (_database, mut tx) = begin().await;
    let event = Event::success(EventKind::SignIn, Some(user_id("ada")));
    write(&mut tx, "1", &event, &caller(), NOW).await;
    write(&mut tx, "2", &event, &Caller::default(), NOW.plus_seconds(1)).await;
    let refused =
        Event::refused(EventKind::SettingsChange, "settings.invalid", None).with_subject("elsewhere");
    let ops = Caller { key: Some("ops".to_owned()), ..Caller::default() };
    write(&mut tx, "0", &refused, &ops, NOW.plus_seconds(-1)).await;
    let first = Rows { skip: 0, limit: 9 };
    for (search, count) in searches() {
        assert_eq!(
            audit::store::list_matching(&mut tx, &search, first).await.unwrap().len(),
            count,
            "{search:?}"
        );
        assert_eq!(
            audit::store::count_matching(&mut tx, &search, 9).await.unwrap(),
            i64::try_from(count).unwrap()
        );
    }
    assert!(audit::store::has_key(&mut tx, "Interaction.SignIn.Submit").await.unwrap());
    assert!(!audit::store::has_key(&mut tx, "Interaction.SignIn").await.unwrap());
    assert_eq!(
        audit::store::list_matching(&mut tx, &everything(), Rows { skip: 1, limit: 9 }).await.unwrap()[0].id,
        "1"
    );
    assert_eq!(audit::store::by_id(&mut tx, "2").await.unwrap().unwrap().id, "2");
}
