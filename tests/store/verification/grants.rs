//! How a request is verified, and what its grant is valid for: one new password, once and in time.

use rekey_core::db::sql::Tx;
use rekey_core::types::ids::{RequestId, UserId};
use rekey_core::types::purpose::Purpose;
use rekey_core::verification;
use rekey_core::verification::store::verified_grants;
use rekey_core::verification::verification_request::{RequestState, VerificationRequest, VerifiedBy};

use crate::store::verification::requests::{FORGOT, open, read, state, verified};
use crate::store::{NOW, begin, insert_user, race, request, request_id};

#[tokio::test]
async fn a_request_is_verified_once() {
    let (database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let id = open(&mut tx, "one", Some(&ada)).await;
    tx.commit().await.unwrap();
    let first = race(&database.store, 8, |mut tx| async move {
        let until = NOW.plus_seconds(600);
        let done = verified_grants::mark_verified(
            &mut tx,
            &request_id("one"),
            VerifiedBy::Link,
            Some("grant"),
            until,
        )
        .await;
        (tx, done.unwrap())
    });
    assert_eq!(first.await.into_iter().filter(|done| *done).count(), 1);
    let mut tx = database.store.write().await.unwrap();
    let read = read(&mut tx, &id).await;
    assert_eq!((read.state, read.verified_by), (RequestState::Verified, Some(VerifiedBy::Link)));
    assert_eq!(
        (read.grant_digest.as_deref(), read.grant_expires_at),
        (Some("grant"), Some(NOW.plus_seconds(600)))
    );
}

#[tokio::test]
async fn a_decoy_is_never_verified() {
    let (_database, mut tx) = begin().await;
    let id = open(&mut tx, "decoy", None).await;
    for by in [VerifiedBy::Code, VerifiedBy::Link, VerifiedBy::Number] {
        assert!(
            !verified_grants::mark_verified(&mut tx, &id, by, Some("grant"), NOW.plus_seconds(600))
                .await
                .unwrap()
        );
    }
    assert_eq!(state(&mut tx, &id).await, RequestState::Requested);
}

/// A new account has no person yet; its decoy is the request whose address somebody has.
#[tokio::test]
async fn only_a_decoy_can_not_be_verified_whoever_it_is_for() {
    let (_database, mut tx) = begin().await;
    let until = NOW.plus_seconds(600);
    for (id, is_decoy) in [("free", false), ("taken", true)] {
        let request_row = VerificationRequest { purpose: Purpose::SignUp, is_decoy, ..request(id, None) };
        verification::store::insert(&mut tx, &request_row).await.unwrap();
        let done =
            verified_grants::mark_verified(&mut tx, &request_row.id, VerifiedBy::Code, Some("grant"), until)
                .await;
        assert_eq!(done.unwrap(), !is_decoy, "{id}");
    }
}

/// step_order: what a code proved for one event opens no other.
#[tokio::test]
async fn a_grant_is_valid_only_for_its_purpose() {
    use Purpose::{Reset, SignIn, SignUp};
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    for purpose in [Reset, SignIn, SignUp] {
        let request_row = VerificationRequest { purpose, ..request(purpose.name(), Some(&ada)) };
        verification::store::insert(&mut tx, &request_row).await.unwrap();
        let until = NOW.plus_seconds(600);
        verified_grants::mark_verified(&mut tx, &request_row.id, VerifiedBy::Code, Some("grant"), until)
            .await
            .unwrap();
        for other in [Reset, SignIn, SignUp].into_iter().filter(|other| *other != purpose) {
            assert!(
                verified_grants::by_grant(&mut tx, &request_row.id, "grant", other, NOW)
                    .await
                    .unwrap()
                    .is_none()
            );
            assert!(
                verified_grants::mark_completed(&mut tx, &request_row.id, "grant", other, NOW)
                    .await
                    .unwrap()
                    .is_none()
            );
        }
        assert!(
            verified_grants::mark_completed(&mut tx, &request_row.id, "grant", purpose, NOW)
                .await
                .unwrap()
                .is_some()
        );
    }
}

#[tokio::test]
async fn an_ended_request_is_not_verified() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let cancelled = open(&mut tx, "cancelled", Some(&ada)).await;
    verification::store::mark_cancelled(&mut tx, &cancelled).await.unwrap();
    let superseded = verified(&mut tx, "superseded", &ada).await;
    verification::store::mark_all_superseded(&mut tx, &ada).await.unwrap();
    let completed = verified(&mut tx, "completed", &ada).await;
    verified_grants::mark_completed(&mut tx, &completed, "grant", FORGOT, NOW).await.unwrap().unwrap();
    for id in [cancelled, superseded, completed, request_id("absent")] {
        let done = verified_grants::mark_verified(
            &mut tx,
            &id,
            VerifiedBy::Code,
            Some("new"),
            NOW.plus_seconds(600),
        )
        .await;
        assert!(!done.unwrap(), "{id}");
    }
}

#[tokio::test]
async fn the_last_try_may_be_the_right_one() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let id = open(&mut tx, "one", Some(&ada)).await;
    let counted = verification::store::count_try(&mut tx, &id, 1).await.unwrap().unwrap();
    assert_eq!(counted.state, RequestState::Exhausted);
    assert!(verification::store::count_try(&mut tx, &id, 1).await.unwrap().is_none());
    assert!(
        verified_grants::mark_verified(&mut tx, &id, VerifiedBy::Code, Some("grant"), NOW.plus_seconds(600))
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_grant_opens_its_verified_request_in_time() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let id = verified(&mut tx, "one", &ada).await;
    let other = open(&mut tx, "other", Some(&ada)).await;
    assert!(
        verified_grants::by_grant(&mut tx, &id, "grant", FORGOT, NOW.plus_seconds(599))
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        verified_grants::by_grant(&mut tx, &id, "grant", FORGOT, NOW.plus_seconds(600))
            .await
            .unwrap()
            .is_none(),
        "too late"
    );
    assert!(
        verified_grants::by_grant(&mut tx, &id, "Grant", FORGOT, NOW).await.unwrap().is_none(),
        "another grant"
    );
    assert!(
        verified_grants::by_grant(&mut tx, &other, "grant", FORGOT, NOW).await.unwrap().is_none(),
        "another request"
    );
}

/// Verified by the number, its grant not handed out yet.
async fn verified_by_number(tx: &mut Tx, user: &UserId) -> RequestId {
    let id = open(tx, "number", Some(user)).await;
    assert!(
        verified_grants::mark_verified(tx, &id, VerifiedBy::Number, None, NOW.plus_seconds(600))
            .await
            .unwrap()
    );
    id
}

#[tokio::test]
async fn the_grant_of_a_number_is_taken_once() {
    let (database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let id = verified_by_number(&mut tx, &ada).await;
    tx.commit().await.unwrap();
    let taken = race(&database.store, 8, |mut tx| async move {
        let id = request_id("number");
        let done =
            verified_grants::take_grant(&mut tx, &id, "mine", NOW.plus_seconds(900), NOW.plus_seconds(599))
                .await;
        (tx, done.unwrap())
    });
    assert_eq!(taken.await.into_iter().filter(|done| *done).count(), 1);
    let mut tx = database.store.read().await.unwrap();
    let opened =
        verified_grants::by_grant(&mut tx, &id, "mine", FORGOT, NOW.plus_seconds(899)).await.unwrap();
    assert!(opened.is_some());
}

#[tokio::test]
async fn no_other_grant_can_be_taken() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let until = NOW.plus_seconds(900);
    let late = verified_by_number(&mut tx, &ada).await;
    assert!(
        !verified_grants::take_grant(&mut tx, &late, "mine", until, NOW.plus_seconds(600)).await.unwrap()
    );
    let by_code = verified(&mut tx, "code", &ada).await;
    let by_link = open(&mut tx, "link", Some(&ada)).await;
    let verified =
        verified_grants::mark_verified(&mut tx, &by_link, VerifiedBy::Link, None, NOW.plus_seconds(600))
            .await;
    assert!(verified.unwrap());
    let request_row = open(&mut tx, "asked", Some(&ada)).await;
    for refused in [by_code, by_link, request_row] {
        let taken = verified_grants::take_grant(&mut tx, &refused, "mine", until, NOW).await;
        assert!(!taken.unwrap(), "{refused}");
    }
}

#[tokio::test]
async fn a_grant_is_spent_once_and_in_time() {
    let (database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let id = verified(&mut tx, "one", &ada).await;
    assert!(
        verified_grants::mark_completed(&mut tx, &id, "grant", FORGOT, NOW.plus_seconds(600))
            .await
            .unwrap()
            .is_none(),
        "too late"
    );
    assert!(
        verified_grants::mark_completed(&mut tx, &id, "other", FORGOT, NOW).await.unwrap().is_none(),
        "another grant"
    );
    tx.commit().await.unwrap();
    let completed = race(&database.store, 8, |mut tx| async move {
        let request = verified_grants::mark_completed(
            &mut tx,
            &request_id("one"),
            "grant",
            FORGOT,
            NOW.plus_seconds(599),
        )
        .await
        .unwrap();
        (tx, request)
    });
    let completed: Vec<_> = completed.await.into_iter().flatten().collect();
    assert_eq!(completed.len(), 1);
    assert_eq!((completed[0].state, completed[0].grant_digest.as_deref()), (RequestState::Completed, None));
    let mut tx = database.store.read().await.unwrap();
    assert!(verified_grants::by_grant(&mut tx, &id, "grant", FORGOT, NOW).await.unwrap().is_none());
}
