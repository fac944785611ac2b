//! Codes and tokens: used once where they may be used once, good until their end, and never found under
//! another name.

use rekey_core::grants;
use rekey_core::types::time::Timestamp;

use super::{NOW, access, begin, code, grant, granted, insert_user, race};

#[tokio::test]
async fn a_grant_is_found_and_locked_until_its_end() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    grants::store::insert(&mut tx, &grant("one", &ada, "s"), NOW).await.unwrap();
    let last = Timestamp(NOW.plus_seconds(3600).0 - 1);
    let found = grants::store::by_id(&mut tx, "one", last).await.unwrap().unwrap();
    assert_eq!((&found.user_id, found.app_id.as_str(), found.session_id.as_str()), (&ada, "shop", "s"));
    assert_eq!((found.scope.text().as_str(), found.auth_at), ("openid email", NOW.plus_seconds(-60)));
    assert!(found.allows_resource("https://api.example/b") && !found.allows_resource("https://api.example"));
    assert_eq!(grants::store::lock(&mut tx, "one", last).await.unwrap().unwrap().id, "one");
    for (id, now) in [("one", NOW.plus_seconds(3600)), ("two", NOW)] {
        assert!(grants::store::by_id(&mut tx, id, now).await.unwrap().is_none(), "{id}");
        assert!(grants::store::lock(&mut tx, id, now).await.unwrap().is_none(), "{id}");
    }
}

#[tokio::test]
async fn a_code_is_taken_once() {
    let (database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    granted(&mut tx, &ada, "one", "s").await;
    tx.commit().await.unwrap();
    let taken = race(&database.store, 8, |mut tx| async move {
        let taken = grants::store::take_code(&mut tx, "one", NOW.plus_seconds(59)).await.unwrap();
        (tx, taken)
    });
    let taken: Vec<_> = taken.await.into_iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].grant_id.as_str(), taken[0].nonce.as_deref()), ("one", Some("nonce")));
    let mut tx = database.store.read().await.unwrap();
    let stored = grants::store::code_by_digest(&mut tx, "one").await.unwrap().unwrap();
    assert_eq!(stored.used_at, Some(NOW.plus_seconds(59)), "who brings it again is known");
}

#[tokio::test]
async fn a_code_is_good_for_its_minute() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    grants::store::insert(&mut tx, &grant("one", &ada, "s"), NOW).await.unwrap();
    grants::store::insert_code(&mut tx, "digest", &code("one")).await.unwrap();
    for (digest, now) in [("digest", NOW.plus_seconds(60)), ("Digest", NOW), ("", NOW)] {
        assert!(grants::store::take_code(&mut tx, digest, now).await.unwrap().is_none(), "{digest}");
    }
    let unused = grants::store::code_by_digest(&mut tx, "digest").await.unwrap().unwrap();
    assert_eq!((unused.used_at, unused.code_challenge.as_deref()), (None, Some("challenge")));
    assert!(grants::store::code_by_digest(&mut tx, "other").await.unwrap().is_none());
}

#[tokio::test]
async fn an_access_token_is_good_until_its_end() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    grants::store::insert(&mut tx, &grant("one", &ada, "s"), NOW).await.unwrap();
    grants::store::insert_access_token(&mut tx, "persons", &access(Some("one"))).await.unwrap();
    grants::store::insert_access_token(&mut tx, "machines", &access(None)).await.unwrap();
    for (digest, of) in [("persons", Some("one")), ("machines", None)] {
        let found =
            grants::store::access_token(&mut tx, digest, NOW.plus_seconds(599)).await.unwrap().unwrap();
        assert_eq!((found.grant_id.as_deref(), found.app_id.as_str()), (of, "shop"));
        assert_eq!((found.scope.text().as_str(), found.created_at), ("openid", NOW));
        assert!(
            grants::store::access_token(&mut tx, digest, NOW.plus_seconds(600)).await.unwrap().is_none(),
            "{digest}"
        );
    }
}

#[tokio::test]
async fn an_app_ends_its_own_access_tokens_only() {
    let (_database, mut tx) = begin().await;
    grants::store::insert_access_token(&mut tx, "token", &access(None)).await.unwrap();
    assert!(!grants::store::revoke_access_token(&mut tx, "token", "blog").await.unwrap());
    assert!(grants::store::access_token(&mut tx, "token", NOW).await.unwrap().is_some());
    assert!(grants::store::revoke_access_token(&mut tx, "token", "shop").await.unwrap());
    assert!(!grants::store::revoke_access_token(&mut tx, "token", "shop").await.unwrap());
    assert!(grants::store::access_token(&mut tx, "token", NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn a_refresh_token_is_taken_once() {
    let (database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    granted(&mut tx, &ada, "one", "s").await;
    assert!(
        !grants::store::take_refresh_token(&mut tx, "one", "next", NOW.plus_seconds(1200), NOW)
            .await
            .unwrap(),
        "too late"
    );
    assert!(!grants::store::take_refresh_token(&mut tx, "two", "next", NOW, NOW).await.unwrap());
    tx.commit().await.unwrap();
    let taken = race(&database.store, 8, |mut tx| async move {
        let taken = grants::store::take_refresh_token(
            &mut tx,
            "one",
            "next",
            NOW.plus_seconds(1199),
            NOW.plus_seconds(1189),
        )
        .await
        .unwrap();
        (tx, taken)
    });
    assert_eq!(taken.await.into_iter().filter(|taken| *taken).count(), 1);
    let mut tx = database.store.read().await.unwrap();
    let stored = grants::store::refresh_token(&mut tx, "one").await.unwrap().unwrap();
    assert_eq!((stored.used_at, stored.expires_at), (Some(NOW.plus_seconds(1199)), NOW.plus_seconds(1200)));
}

/// What was given for a token is kept until it was used, or for as long as its answer may have got lost.
#[tokio::test]
async fn a_successor_is_kept_for_a_while() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    for name in ["one", "two", "three"] {
        granted(&mut tx, &ada, name, "s").await;
        assert!(
            grants::store::take_refresh_token(&mut tx, name, "next", NOW, NOW.plus_seconds(-10))
                .await
                .unwrap()
        );
    }
    assert!(
        !grants::store::take_refresh_token(
            &mut tx,
            "one",
            "other",
            NOW.plus_seconds(9),
            NOW.plus_seconds(-1)
        )
        .await
        .unwrap()
    );
    assert!(
        grants::store::take_refresh_token(&mut tx, "two", "other", NOW.plus_seconds(10), NOW).await.unwrap()
    );
    grants::store::clear_successor(&mut tx, "three").await.unwrap();
    let successor =
        async |tx: &mut _, name| grants::store::refresh_token(tx, name).await.unwrap().unwrap().successor;
    assert_eq!(successor(&mut tx, "one").await.as_deref(), Some("next"));
    assert_eq!(successor(&mut tx, "two").await.as_deref(), Some("other"));
    assert_eq!(successor(&mut tx, "three").await, None);
    assert_eq!(grants::store::clear_successors(&mut tx, NOW).await.unwrap(), 1);
    assert_eq!(successor(&mut tx, "one").await, None);
    assert_eq!(successor(&mut tx, "two").await.as_deref(), Some("other"));
}
