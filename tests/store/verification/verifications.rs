//! Verification records: counted, proved and used once, in time, by their own person for their own address.

use rekey::model::user::{VerificationPurpose, VerificationRecord};
use rekey::store::users;
use rekey::store::verification_records::{self, RecordKey};

use crate::store::{NOW, begin, person, race, user_id};
use crate::support::database::TestDatabase;

const NEW: &str = "email:new@example.org";
/// The record of it.
const ONE: RecordKey<'static> = RecordKey { id: "one", identifier: NEW };

/// A record of Ada's for her new address.
pub(crate) fn verification_record(id: &str) -> VerificationRecord {
    record(id, VerificationPurpose::NewAddress)
}

fn record(id: &str, purpose: VerificationPurpose) -> VerificationRecord {
    VerificationRecord {
        id: id.to_owned(),
        user_id: user_id("ada"),
        purpose,
        identifier: Some(NEW.to_owned()),
        code_digest: Some("digest".to_owned()),
        code_expires_at: NOW.plus_seconds(60),
        tries: 0,
        password_changed_at: None,
        created_at: NOW,
        expires_at: NOW.plus_seconds(600),
        verified_at: None,
        used_at: None,
    }
}

#[tokio::test]
async fn a_record_is_counted_proved_and_used_once() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (person(&mut tx, "ada").await, person(&mut tx, "bob").await);
    let wanted = record("one", VerificationPurpose::NewAddress);
    verification_records::insert(&mut tx, &wanted).await.unwrap();
    assert!(verification_records::by_id(&mut tx, &bob, "one", NOW).await.unwrap().is_none());
    assert!(
        verification_records::by_id(&mut tx, &ada, "one", NOW.plus_seconds(600)).await.unwrap().is_none()
    );
    let found = verification_records::by_id(&mut tx, &ada, "one", NOW).await.unwrap().unwrap();
    assert_eq!((found.purpose, found.identifier.as_deref()), (VerificationPurpose::NewAddress, Some(NEW)));
    let waiting = verification_records::newest_pending(&mut tx, &ada, NEW, "new_address", NOW).await.unwrap();
    assert_eq!(waiting.unwrap().id, "one");
    assert!(
        verification_records::newest_pending(&mut tx, &ada, NEW, "permission", NOW).await.unwrap().is_none()
    );
    for (who, id, address, most, at) in [
        (&bob, "one", NEW, 10, NOW),
        (&ada, "two", NEW, 10, NOW),
        (&ada, "one", "email:other@example.org", 10, NOW),
        (&ada, "one", NEW, 0, NOW),
        (&ada, "one", NEW, 10, NOW.plus_seconds(60)),
    ] {
        let key = RecordKey { id, identifier: address };
        let counted = verification_records::count_try(&mut tx, who, key, most, at).await.unwrap();
        assert!(counted.is_none(), "{who} {id} {address} {most}");
    }
    let counted = verification_records::count_try(&mut tx, &ada, ONE, 10, NOW).await.unwrap();
    assert_eq!(counted.unwrap().tries, 1);
    assert!(!verification_records::take(&mut tx, &ada, ONE, NOW).await.unwrap(), "not proved yet");
    assert!(verification_records::mark_verified(&mut tx, "one", NOW).await.unwrap());
    assert!(!verification_records::mark_verified(&mut tx, "one", NOW).await.unwrap());
    assert!(!verification_records::take(&mut tx, &bob, ONE, NOW).await.unwrap());
    assert!(!verification_records::take(&mut tx, &ada, ONE, NOW.plus_seconds(600)).await.unwrap());
    assert!(verification_records::take(&mut tx, &ada, ONE, NOW).await.unwrap());
    assert!(!verification_records::take(&mut tx, &ada, ONE, NOW).await.unwrap());
}

#[tokio::test]
async fn a_reauthentication_record_does_not_verify_an_address() {
    let (_database, mut tx) = begin().await;
    let ada = person(&mut tx, "ada").await;
    let permission = record("permission", VerificationPurpose::Permission);
    verification_records::insert(&mut tx, &permission).await.unwrap();
    verification_records::mark_verified(&mut tx, "permission", NOW).await.unwrap();
    let key = RecordKey { id: "permission", identifier: NEW };
    assert!(!verification_records::take(&mut tx, &ada, key, NOW).await.unwrap());
}

#[tokio::test]
async fn of_many_at_once_ten_are_counted() {
    let database = TestDatabase::fresh().await;
    let mut tx = database.store.write().await.unwrap();
    person(&mut tx, "ada").await;
    verification_records::insert(&mut tx, &record("one", VerificationPurpose::Permission)).await.unwrap();
    tx.commit().await.unwrap();
    let counted = race(&database.store, 20, |mut tx| async move {
        let ada = user_id("ada");
        let counted = verification_records::count_try(&mut tx, &ada, ONE, 10, NOW).await.unwrap();
        (tx, counted.is_some())
    })
    .await;
    assert_eq!(counted.into_iter().filter(|counted| *counted).count(), 10);
}

#[tokio::test]
async fn a_user_is_locked_and_written_as_a_whole() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (person(&mut tx, "ada").await, person(&mut tx, "bob").await);
    let mut user = users::lock(&mut tx, &ada).await.unwrap().unwrap();
    user.name = Some("Ada".to_owned());
    user.username = Some("Ada".to_owned());
    user.email = Some("New@example.org".to_owned());
    user.phone = Some("12025550134".to_owned());
    users::update_self(&mut tx, &user, NOW.plus_seconds(1)).await.unwrap();
    let read = users::by_id(&mut tx, &ada).await.unwrap().unwrap();
    assert_eq!(
        (read.name.as_deref(), read.email.as_deref(), read.updated_at),
        (Some("Ada"), Some("new@example.org"), NOW.plus_seconds(1))
    );
    let found = users::by_identifier(
        &mut tx,
        &rekey::model::identifier::Identifier::parse("new@EXAMPLE.org").unwrap(),
    )
    .await;
    assert_eq!(found.unwrap().unwrap().id, ada);
    tx.run("update users set is_suspended = true where id = $1", rekey::args![&bob]).await.unwrap();
    assert!(users::lock(&mut tx, &bob).await.unwrap().is_none(), "suspended");
}
