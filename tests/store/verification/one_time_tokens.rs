//! One-time tokens: redeemed once, in time, by whoever names the address, for what they are for.

use rekey_core::one_time_tokens;
use rekey_core::one_time_tokens::store::OneTimeToken;
use rekey_core::types::purpose::InteractionEvent;
use rekey_core::types::time::Timestamp;

use crate::store::{NOW, begin, race};
use crate::support::database::TestDatabase;

const ADA: &str = "email:ada@example.org";
const RESET: InteractionEvent = InteractionEvent::ForgotPassword;

/// A token for Ada, good until `end`.
pub(crate) fn one_time_token(id: &str, end: Timestamp) -> OneTimeToken {
    OneTimeToken {
        id: id.to_owned(),
        email: "Ada@example.org".to_owned(),
        identifier: ADA.to_owned(),
        event: None,
        created_by: "root".to_owned(),
        created_at: NOW,
        expires_at: end,
        consumed_at: None,
        revoked_at: None,
    }
}

#[tokio::test]
async fn a_token_is_redeemed_only_as_it_was_meant() {
    let (_database, mut tx) = begin().await;
    let sign_in = OneTimeToken {
        event: Some(InteractionEvent::SignIn),
        ..one_time_token("sign-in", NOW.plus_seconds(60))
    };
    for (token, digest) in [
        (one_time_token("good", NOW.plus_seconds(60)), "good"),
        (one_time_token("over", NOW), "over"),
        (sign_in, "sign-in"),
    ] {
        one_time_tokens::store::insert(&mut tx, &token, digest).await.unwrap();
    }
    for (digest, identifier) in
        [("none", ADA), ("good", "email:eve@example.org"), ("over", ADA), ("sign-in", ADA)]
    {
        let taken =
            one_time_tokens::store::take(&mut tx, digest, identifier, Some(RESET), NOW).await.unwrap();
        assert!(taken.is_none(), "{digest} {identifier}");
    }
    let taken = one_time_tokens::store::take(&mut tx, "good", ADA, Some(RESET), NOW).await.unwrap().unwrap();
    assert_eq!((taken.email.as_str(), taken.consumed_at), ("Ada@example.org", Some(NOW)));
    assert!(one_time_tokens::store::take(&mut tx, "good", ADA, Some(RESET), NOW).await.unwrap().is_none());
    let read = one_time_tokens::store::by_digest(&mut tx, "sign-in").await.unwrap().unwrap();
    assert_eq!((read.event, read.consumed_at), (Some(InteractionEvent::SignIn), None));
}

#[tokio::test]
async fn of_many_at_once_one_redeems() {
    let database = TestDatabase::fresh().await;
    let mut tx = database.store.write().await.unwrap();
    one_time_tokens::store::insert(&mut tx, &one_time_token("1", NOW.plus_seconds(60)), "digest")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let taken = race(&database.store, 20, |mut tx| async move {
        let taken = one_time_tokens::store::take(&mut tx, "digest", ADA, Some(RESET), NOW).await.unwrap();
        (tx, taken.is_some())
    })
    .await;
    assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 1);
}

#[tokio::test]
async fn a_token_ends_once_and_is_found_by_status() {
    use rekey_core::one_time_tokens::store::TokenStatus::{Active, Consumed, Expired, Revoked};
    let (_database, mut tx) = begin().await;
    for id in ["a", "b", "c", "d"] {
        one_time_tokens::store::insert(&mut tx, &one_time_token(id, NOW.plus_seconds(60)), id).await.unwrap();
    }
    for (id, how) in [("a", Consumed), ("b", Revoked), ("c", Expired)] {
        let over = one_time_tokens::store::mark_ended(&mut tx, id, how, NOW).await.unwrap().unwrap();
        assert_eq!(over.status(NOW), how);
        assert!(one_time_tokens::store::mark_ended(&mut tx, id, Revoked, NOW).await.unwrap().is_none());
        assert!(one_time_tokens::store::take(&mut tx, id, ADA, Some(RESET), NOW).await.unwrap().is_none());
        assert!(one_time_tokens::store::take(&mut tx, id, ADA, None, NOW).await.unwrap().is_none());
        let found = one_time_tokens::store::list(&mut tx, Some(ADA), Some(how), NOW).await.unwrap();
        assert_eq!(found.iter().map(|token| token.id.as_str()).collect::<Vec<_>>(), [id]);
    }
    assert_eq!(one_time_tokens::store::list(&mut tx, None, Some(Active), NOW).await.unwrap().len(), 1);
    assert_eq!(
        one_time_tokens::store::list(&mut tx, Some("email:eve@example.org"), None, NOW).await.unwrap().len(),
        0
    );
    assert!(
        one_time_tokens::store::take(&mut tx, "d", "email:eve@example.org", None, NOW)
            .await
            .unwrap()
            .is_none()
    );
    assert!(one_time_tokens::store::take(&mut tx, "d", ADA, None, NOW).await.unwrap().is_some());
    assert_eq!(one_time_tokens::store::by_id(&mut tx, "d").await.unwrap().unwrap().consumed_at, Some(NOW));
    assert!(one_time_tokens::store::delete(&mut tx, "d").await.unwrap());
    assert!(!one_time_tokens::store::delete(&mut tx, "d").await.unwrap());
}
