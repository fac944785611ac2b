//! What the provider forgets in time. What was used, and keys that retired, are kept as long as a sweep's age
//! says, because somebody may come back with them.

use rekey_core::args;
use rekey_core::db::sql::Tx;
use rekey_core::grants;
use rekey_core::grants::grant::{AccessToken, AuthorizationCode, Grant, RefreshToken};
use rekey_core::oidc::authorization_request::AuthorizationRequest;
use rekey_core::oidc::authorize::store::AuthorizationStage;
use rekey_core::oidc::signing_keys::store::SigningKeyRow;
use rekey_core::oidc::{authorize, signing_keys};
use rekey_core::types::time::Timestamp;

use super::super::{sweep_slices, user_id};
use super::{NOW, access, begin, code, grant, insert_user, refresh};

const KINDS: [&str; 6] = ["access", "code", "grant", "key", "refresh", "request"];

/// One row of every kind under the living grant, and a grant of its own: those that are kept for a while
/// ended at `kept`, the others at `end`.
async fn rows(tx: &mut Tx, name: &str, kept: Timestamp, end: Timestamp) {
    let ada = user_id("ada");
    let request = AuthorizationRequest {
        id: name.to_owned(),
        app_id: "shop".to_owned(),
        asked: "{}".to_owned(),
        consented_by: None,
        created_at: NOW,
    };
    authorize::store::insert(tx, &request, AuthorizationStage::Open, end).await.unwrap();
    grants::store::insert(tx, &Grant { expires_at: end, ..grant(name, &ada, "s") }, NOW).await.unwrap();
    let code = AuthorizationCode { expires_at: kept, ..code("living") };
    grants::store::insert_code(tx, name, &code).await.unwrap();
    grants::store::insert_access_token(tx, name, &AccessToken { expires_at: end, ..access(None) })
        .await
        .unwrap();
    grants::store::insert_refresh_token(tx, name, &RefreshToken { expires_at: end, ..refresh("living") })
        .await
        .unwrap();
    let key = SigningKeyRow {
        id: name.to_owned(),
        alg: name.to_owned(),
        public_key: String::new(),
        sealed: String::new(),
        signs_from: NOW,
        retires_at: None,
        created_at: NOW,
    };
    signing_keys::store::insert(tx, &key).await.unwrap();
    signing_keys::store::mark_retiring(tx, name, "", kept).await.unwrap();
}

/// What is left of every kind, but for the living grant.
async fn left(tx: &mut Tx) -> Vec<(String, String)> {
    let sql = "select 'access', digest from access_tokens union all select 'code', digest from authorization_codes \
               union all select 'grant', id from grants where id <> 'living' union all select 'key', id from signing_keys \
               union all select 'refresh', digest from refresh_tokens union all select 'request', id from authorization_requests \
               order by 1, 2";
    tx.all(sql, args![]).await.unwrap()
}

#[tokio::test]
async fn only_expired_rows_are_deleted() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let living = Grant { expires_at: NOW.plus_seconds(7200), ..grant("living", &ada, "s") };
    grants::store::insert(&mut tx, &living, NOW).await.unwrap();
    let before = NOW.plus_seconds(-3600);
    rows(&mut tx, "old", Timestamp(before.0 - 1), Timestamp(NOW.0 - 1)).await;
    rows(&mut tx, "young", before, NOW).await;
    assert_eq!(sweep_slices(&mut tx, before, NOW).await, 6);
    assert_eq!(left(&mut tx).await, KINDS.map(|kind| (kind.to_owned(), "young".to_owned())));
    assert_eq!(sweep_slices(&mut tx, before, NOW).await, 0);
}

#[tokio::test]
async fn a_key_that_does_not_retire_stays() {
    let (_database, mut tx) = begin().await;
    let row = SigningKeyRow {
        id: "key".to_owned(),
        alg: "ES384".to_owned(),
        public_key: String::new(),
        sealed: String::new(),
        signs_from: Timestamp(0),
        retires_at: None,
        created_at: Timestamp(0),
    };
    signing_keys::store::insert(&mut tx, &row).await.unwrap();
    assert_eq!(sweep_slices(&mut tx, NOW, NOW).await, 0);
    assert_eq!(signing_keys::store::list(&mut tx, NOW).await.unwrap().len(), 1);
}
