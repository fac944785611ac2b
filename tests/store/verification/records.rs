//! Records of signed-in users: counted, proved and used once, in time, by their own person for their own
//! address.

use rekey_core::db::sql::Tx;
use rekey_core::types::ids::RequestId;
use rekey_core::types::purpose::Purpose;
use rekey_core::verification::store::{codes, records, verified_grants};
use rekey_core::verification::verification_request::{RequestState, VerificationRequest, VerifiedBy};
use rekey_core::{users, verification};

use crate::store::verification::codes::{code, delivery};
use crate::store::{NOW, begin, insert_user, race, request, request_id, user_id};
use crate::support::database::TestDatabase;

const NEW: &str = "email:new@example.org";

/// A record of Ada's for her new address, good for ten minutes.
pub(crate) fn record(id: &str, purpose: Purpose) -> VerificationRequest {
    VerificationRequest {
        purpose,
        identifier: NEW.to_owned(),
        grant_expires_at: Some(NOW.plus_seconds(600)),
        ..request(id, Some(&user_id("ada")))
    }
}

async fn verify(tx: &mut Tx, id: &RequestId) -> bool {
    verified_grants::mark_verified(tx, id, VerifiedBy::Code, None, NOW.plus_seconds(600)).await.unwrap()
}

#[tokio::test]
async fn a_record_is_proved_and_used_once() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    let one = request_id("one");
    verification::store::insert(&mut tx, &record("one", Purpose::NewAddress)).await.unwrap();
    let late = NOW.plus_seconds(600);
    assert!(records::by_id(&mut tx, &bob, &one, NOW).await.unwrap().is_none());
    assert!(records::by_id(&mut tx, &ada, &one, late).await.unwrap().is_none());
    let found = records::by_id(&mut tx, &ada, &one, NOW).await.unwrap().unwrap();
    assert_eq!((found.purpose, found.identifier.as_str()), (Purpose::NewAddress, NEW));
    assert!(!records::mark_used(&mut tx, &ada, &one, NEW, NOW).await.unwrap(), "not proved yet");
    assert!(verify(&mut tx, &one).await);
    assert!(!verify(&mut tx, &one).await);
    for (user, address, at) in [(&bob, NEW, NOW), (&ada, "email:other@example.org", NOW), (&ada, NEW, late)] {
        assert!(!records::mark_used(&mut tx, user, &one, address, at).await.unwrap(), "{user} {address}");
    }
    assert!(records::mark_used(&mut tx, &ada, &one, NEW, NOW).await.unwrap());
    assert!(!records::mark_used(&mut tx, &ada, &one, NEW, NOW).await.unwrap());
}

#[tokio::test]
async fn the_newest_record_that_waits_is_found_by_user_address_and_purpose() {
    let (_database, mut tx) = begin().await;
    insert_user(&mut tx, "ada").await;
    insert_user(&mut tx, "bob").await;
    let wanted = record("b", Purpose::NewAddress);
    for row in [
        record("a", Purpose::NewAddress),
        wanted.clone(),
        record("c", Purpose::Reauthenticate),
        VerificationRequest { identifier: "phone:1".to_owned(), ..record("d", Purpose::NewAddress) },
        VerificationRequest { user_id: Some(user_id("bob")), ..record("e", Purpose::NewAddress) },
    ] {
        verification::store::insert(&mut tx, &row).await.unwrap();
    }
    let mut newest =
        async |since| records::newest_waiting(&mut tx, &wanted, since).await.unwrap().map(|found| found.id.0);
    assert_eq!(newest(NOW.plus_seconds(-1)).await.as_deref(), Some("b"));
    assert_eq!(newest(NOW).await, None, "its code is over");
}

#[tokio::test]
async fn a_reauthentication_record_does_not_verify_an_address() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let permission = record("permission", Purpose::Reauthenticate);
    verification::store::insert(&mut tx, &permission).await.unwrap();
    assert!(verify(&mut tx, &permission.id).await);
    assert!(!records::mark_used(&mut tx, &ada, &permission.id, NEW, NOW).await.unwrap());
}

/// A record is no grant of a flow, and a verified request of a flow is no record.
#[tokio::test]
async fn records_and_grants_are_apart() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let permission = record("permission", Purpose::Reauthenticate);
    let reset = record("reset", Purpose::Reset);
    for row in [&permission, &reset] {
        verification::store::insert(&mut tx, row).await.unwrap();
        assert!(verify(&mut tx, &row.id).await);
    }
    assert!(records::by_id(&mut tx, &ada, &reset.id, NOW).await.unwrap().is_none());
    let spent =
        verified_grants::mark_completed(&mut tx, &permission.id, "", Purpose::Reauthenticate, NOW).await;
    assert!(spent.unwrap().is_none());
    verification::store::mark_all_superseded(&mut tx, &ada).await.unwrap();
    let found = records::by_id(&mut tx, &ada, &permission.id, NOW).await.unwrap().unwrap();
    assert_eq!(found.state, RequestState::Verified, "records end by rules of their own");
}

#[tokio::test]
async fn the_codes_of_one_record_are_listed_alone() {
    let (_database, mut tx) = begin().await;
    insert_user(&mut tx, "ada").await;
    let (one, two) = (record("one", Purpose::NewAddress), record("two", Purpose::NewAddress));
    for row in [&one, &two] {
        verification::store::insert(&mut tx, row).await.unwrap();
        codes::insert(&mut tx, &code(&row.id.0, &row.id.0), None).await.unwrap();
    }
    codes::mark_delivered(&mut tx, &code("two", "two").id, delivery(true)).await.unwrap();
    let waiting = codes::list_undelivered(&mut tx, &one, Some(&one.id), NOW, 2).await.unwrap();
    assert_eq!(waiting.iter().map(|row| row.id.0.as_str()).collect::<Vec<_>>(), ["one"]);
    assert!(codes::list_delivered(&mut tx, &one, Some(&one.id)).await.unwrap().is_empty());
    let delivered = codes::list_delivered(&mut tx, &two, Some(&two.id)).await.unwrap();
    assert_eq!(delivered.iter().map(|row| row.id.0.as_str()).collect::<Vec<_>>(), ["two"]);
}

#[tokio::test]
async fn of_many_at_once_ten_are_counted() {
    let database = TestDatabase::fresh().await;
    let mut tx = database.store.write().await.unwrap();
    insert_user(&mut tx, "ada").await;
    verification::store::insert(&mut tx, &record("one", Purpose::Reauthenticate)).await.unwrap();
    tx.commit().await.unwrap();
    let counted = race(&database.store, 20, |mut tx| async move {
        let counted = verification::store::count_try(&mut tx, &request_id("one"), 10).await.unwrap();
        (tx, counted.is_some())
    })
    .await;
    assert_eq!(counted.into_iter().filter(|counted| *counted).count(), 10);
}

/// The newest request of an operator's program for an address, whatever became of it.
#[tokio::test]
async fn a_program_finds_its_newest_request_by_the_address() {
    let (_database, mut tx) = begin().await;
    for id in ["1", "2"] {
        let row = VerificationRequest { purpose: Purpose::External, is_decoy: false, ..request(id, None) };
        verification::store::insert(&mut tx, &row).await.unwrap();
    }
    verification::store::insert(&mut tx, &request("3", None)).await.unwrap();
    verification::store::mark_cancelled(&mut tx, &request_id("2")).await.unwrap();
    let found =
        verification::store::newest_external(&mut tx, "email:ada@example.org").await.unwrap().unwrap();
    assert_eq!((found.id, found.state), (request_id("2"), RequestState::Cancelled));
    assert!(verification::store::newest_external(&mut tx, NEW).await.unwrap().is_none());
}

#[tokio::test]
async fn a_user_is_locked_and_written_as_a_whole() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    let mut user = users::store::lock(&mut tx, &ada).await.unwrap().unwrap();
    user.name = Some("Ada".to_owned());
    user.username = Some("Ada".to_owned());
    user.email = Some("New@example.org".to_owned());
    user.phone = Some("12025550134".to_owned());
    users::store::update_self(&mut tx, &user, NOW.plus_seconds(1)).await.unwrap();
    let read = users::store::by_id(&mut tx, &ada).await.unwrap().unwrap();
    assert_eq!(
        (read.name.as_deref(), read.email.as_deref(), read.updated_at),
        (Some("Ada"), Some("new@example.org"), NOW.plus_seconds(1))
    );
    let found = users::store::by_identifier(
        &mut tx,
        &rekey_core::types::identifier::Identifier::parse("new@EXAMPLE.org").unwrap(),
    )
    .await;
    assert_eq!(found.unwrap().unwrap().id, ada);
    tx.run("update users set is_suspended = true where id = $1", rekey_core::args![&bob]).await.unwrap();
    assert!(users::store::lock(&mut tx, &bob).await.unwrap().is_none(), "suspended");
}
