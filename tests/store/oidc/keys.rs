//! Signing keys: listed while they are published, each retired once.

use rekey_core::db::sql::Tx;
use rekey_core::oidc::signing_keys;
use rekey_core::oidc::signing_keys::store::SigningKeyRow;

use super::{NOW, begin};

async fn key(tx: &mut Tx, id: &str, alg: &str, after: i64) {
    let row = SigningKeyRow {
        id: id.to_owned(),
        alg: alg.to_owned(),
        public_key: format!("public {id}"),
        sealed: format!("sealed {id}"),
        signs_from: NOW.plus_seconds(after),
        retires_at: None,
        created_at: NOW,
    };
    signing_keys::store::insert(tx, &row).await.unwrap();
}

async fn list_ids(tx: &mut Tx, after: i64) -> Vec<String> {
    signing_keys::store::list(tx, NOW.plus_seconds(after))
        .await
        .unwrap()
        .into_iter()
        .map(|key| key.id)
        .collect()
}

#[tokio::test]
async fn keys_are_listed_by_when_they_sign() {
    let (_database, mut tx) = begin().await;
    key(&mut tx, "later", "ES384", 3600).await;
    key(&mut tx, "b", "ES384", 0).await;
    key(&mut tx, "a", "ES256", 0).await;
    assert_eq!(list_ids(&mut tx, 0).await, ["a", "b", "later"]);
    let newest = signing_keys::store::list(&mut tx, NOW).await.unwrap().pop().unwrap();
    assert_eq!((newest.alg.as_str(), newest.signs_from), ("ES384", NOW.plus_seconds(3600)));
    assert_eq!((newest.public_key.as_str(), newest.sealed.as_str()), ("public later", "sealed later"));
    assert_eq!((newest.retires_at, newest.created_at), (None, NOW));
}

#[tokio::test]
async fn a_key_retires_once_and_by_algorithm() {
    let (_database, mut tx) = begin().await;
    for (id, alg) in [("old", "ES384"), ("new", "ES384"), ("other", "ES256")] {
        key(&mut tx, id, alg, 0).await;
    }
    signing_keys::store::mark_retiring(&mut tx, "ES384", "new", NOW.plus_seconds(60)).await.unwrap();
    assert_eq!(list_ids(&mut tx, 59).await, ["new", "old", "other"]);
    assert_eq!(list_ids(&mut tx, 60).await, ["new", "other"], "from its end it is not published");
    key(&mut tx, "newest", "ES384", 0).await;
    signing_keys::store::mark_retiring(&mut tx, "ES384", "newest", NOW.plus_seconds(120)).await.unwrap();
    assert_eq!(list_ids(&mut tx, 60).await, ["new", "newest", "other"], "what retires already keeps its end");
    assert_eq!(list_ids(&mut tx, 120).await, ["newest", "other"]);
}

#[tokio::test]
async fn all_keys_can_be_given_an_end() {
    let (_database, mut tx) = begin().await;
    key(&mut tx, "old", "ES384", 0).await;
    signing_keys::store::mark_retiring(&mut tx, "ES384", "none", NOW.plus_seconds(60)).await.unwrap();
    key(&mut tx, "new", "ES384", 0).await;
    signing_keys::store::retire_all(&mut tx, NOW.plus_seconds(120)).await.unwrap();
    assert_eq!(list_ids(&mut tx, 59).await, ["new", "old"]);
    assert_eq!(list_ids(&mut tx, 119).await, ["new"], "what retires already keeps its end");
    assert!(list_ids(&mut tx, 120).await.is_empty());
}
