//! Requests of apps: taken up once, finished once, each in its time; and what people agreed to.

use rekey_core::db::sql::Tx;
use rekey_core::grants::consents_store;
use rekey_core::oidc::authorization_request::AuthorizationRequest;
use rekey_core::oidc::authorize;
use rekey_core::oidc::authorize::store::AuthorizationStage;
use rekey_core::types::scope::Scope;

use super::{NOW, begin, insert_user, race};

async fn insert_request(tx: &mut Tx, id: &str, stage: AuthorizationStage) {
    let request = AuthorizationRequest {
        id: id.to_owned(),
        app_id: "shop".to_owned(),
        asked: "{}".to_owned(),
        consented_by: None,
        created_at: NOW,
    };
    authorize::store::insert(tx, &request, stage, NOW.plus_seconds(60)).await.unwrap();
}

#[tokio::test]
async fn an_open_request_is_found_until_its_end() {
    let (_database, mut tx) = begin().await;
    insert_request(&mut tx, "open", AuthorizationStage::Open).await;
    insert_request(&mut tx, "pushed", AuthorizationStage::Pushed).await;
    let found = authorize::store::by_id(&mut tx, "open", NOW.plus_seconds(59)).await.unwrap().unwrap();
    assert_eq!((found.app_id.as_str(), found.asked.as_str(), found.created_at), ("shop", "{}", NOW));
    assert_eq!(found.consented_by, None);
    for (id, now) in [("open", NOW.plus_seconds(60)), ("pushed", NOW), ("none", NOW)] {
        assert!(authorize::store::by_id(&mut tx, id, now).await.unwrap().is_none(), "{id}");
    }
}

#[tokio::test]
async fn a_pushed_request_is_taken_once() {
    let (database, mut tx) = begin().await;
    insert_request(&mut tx, "pushed", AuthorizationStage::Pushed).await;
    tx.commit().await.unwrap();
    let taken = race(&database.store, 8, |mut tx| async move {
        let taken =
            authorize::store::take_pushed(&mut tx, "pushed", "shop", NOW.plus_seconds(59)).await.unwrap();
        (tx, taken)
    });
    assert_eq!(taken.await.into_iter().flatten().count(), 1);
}

#[tokio::test]
async fn a_pushed_request_is_for_its_app_in_its_time() {
    let (_database, mut tx) = begin().await;
    insert_request(&mut tx, "pushed", AuthorizationStage::Pushed).await;
    insert_request(&mut tx, "open", AuthorizationStage::Open).await;
    for (id, app, now) in [
        ("pushed", "blog", NOW),
        ("pushed", "shop", NOW.plus_seconds(60)),
        ("open", "shop", NOW),
        ("none", "shop", NOW),
    ] {
        let taken = authorize::store::take_pushed(&mut tx, id, app, now).await;
        assert!(taken.unwrap().is_none(), "{id} {app}");
    }
    assert!(authorize::store::take_pushed(&mut tx, "pushed", "shop", NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn a_request_is_finished_once() {
    let (database, mut tx) = begin().await;
    insert_request(&mut tx, "open", AuthorizationStage::Open).await;
    insert_request(&mut tx, "pushed", AuthorizationStage::Pushed).await;
    assert!(
        !authorize::store::mark_finished(&mut tx, "open", NOW.plus_seconds(60)).await.unwrap(),
        "too late"
    );
    assert!(!authorize::store::mark_finished(&mut tx, "pushed", NOW).await.unwrap(), "no browser brought it");
    tx.commit().await.unwrap();
    let done = race(&database.store, 8, |mut tx| async move {
        let done = authorize::store::mark_finished(&mut tx, "open", NOW.plus_seconds(59)).await.unwrap();
        (tx, done)
    });
    assert_eq!(done.await.into_iter().filter(|done| *done).count(), 1);
    let mut tx = database.store.read().await.unwrap();
    assert!(authorize::store::by_id(&mut tx, "open", NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn the_consenting_user_is_stored_while_the_request_is_open() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    insert_request(&mut tx, "open", AuthorizationStage::Open).await;
    insert_request(&mut tx, "pushed", AuthorizationStage::Pushed).await;
    assert!(!authorize::store::mark_consented(&mut tx, "pushed", &ada, NOW).await.unwrap());
    assert!(!authorize::store::mark_consented(&mut tx, "open", &ada, NOW.plus_seconds(60)).await.unwrap());
    assert!(authorize::store::mark_consented(&mut tx, "open", &ada, NOW).await.unwrap());
    let found = authorize::store::by_id(&mut tx, "open", NOW).await.unwrap().unwrap();
    assert_eq!(found.consented_by, Some(ada.clone()));
    assert!(authorize::store::mark_finished(&mut tx, "open", NOW).await.unwrap());
    assert!(!authorize::store::mark_consented(&mut tx, "open", &ada, NOW).await.unwrap(), "it is over");
}

#[tokio::test]
async fn a_consent_belongs_to_one_user_and_app() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    for scope in ["openid", "openid email"] {
        consents_store::save(&mut tx, &ada, "shop", &Scope::parse(scope), NOW).await.unwrap();
        let kept = consents_store::scope_by_user(&mut tx, &ada, "shop").await.unwrap();
        assert_eq!(kept, Some(Scope::parse(scope)));
    }
    assert_eq!(consents_store::scope_by_user(&mut tx, &bob, "shop").await.unwrap(), None);
    assert_eq!(consents_store::scope_by_user(&mut tx, &ada, "blog").await.unwrap(), None);
}

#[tokio::test]
async fn consents_are_deleted_with_their_app() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    for app in ["shop", "desk"] {
        consents_store::save(&mut tx, &ada, app, &Scope::parse("openid"), NOW).await.unwrap();
    }
    consents_store::delete_by_app(&mut tx, "shop").await.unwrap();
    assert!(consents_store::scope_by_user(&mut tx, &ada, "shop").await.unwrap().is_none());
    assert!(consents_store::scope_by_user(&mut tx, &ada, "desk").await.unwrap().is_some());
}

#[tokio::test]
async fn consents_are_listed_and_revoked_once() {
    let (_database, mut tx) = begin().await;
    let (ada, bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    for (user, app) in [(&ada, "shop"), (&ada, "desk"), (&bob, "shop")] {
        consents_store::save(&mut tx, user, app, &Scope::parse("openid"), NOW).await.unwrap();
    }
    let of = |app: &str| (app.to_owned(), "openid".to_owned());
    assert_eq!(consents_store::list(&mut tx, &ada).await.unwrap(), [of("desk"), of("shop")]);
    assert!(consents_store::lock(&mut tx, &ada, "shop").await.unwrap());
    assert!(consents_store::revoke(&mut tx, &ada, "shop").await.unwrap());
    assert!(!consents_store::lock(&mut tx, &ada, "shop").await.unwrap());
    assert!(!consents_store::revoke(&mut tx, &ada, "shop").await.unwrap(), "it is over");
    assert_eq!(consents_store::list(&mut tx, &ada).await.unwrap(), [of("desk")]);
    assert_eq!(consents_store::list(&mut tx, &bob).await.unwrap(), [of("shop")]);
}
