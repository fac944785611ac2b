//! What operators configure: settings, connectors and API keys; and captcha solutions that were used.

use rekey_core::api_keys::api_key::{ApiKey, Role};
use rekey_core::{api_keys, captcha, settings};

use crate::store::{NOW, begin, race};

#[tokio::test]
async fn documents_are_replaced_whole() {
    let (_database, mut tx) = begin().await;
    assert_eq!(settings::store::document(&mut tx).await.unwrap(), None);
    for text in ["{\"a\":1}", "{\"b\":2}"] {
        settings::store::save(&mut tx, text, "[]", NOW).await.unwrap();
        assert_eq!(
            settings::store::document(&mut tx).await.unwrap().map(|(document, _)| document).as_deref(),
            Some(text)
        );
    }
}

#[tokio::test]
async fn connectors_are_listed_by_id() {
    let (_database, mut tx) = begin().await;
    let pair = |id: &str, text: &str| (id.to_owned(), text.to_owned());
    for (id, text) in [("sms", "1"), ("mail", "2"), ("sms", "3")] {
        settings::store::save_connector(&mut tx, id, text, NOW).await.unwrap();
    }
    assert_eq!(
        settings::store::list_connectors(&mut tx).await.unwrap(),
        [pair("mail", "2"), pair("sms", "3")]
    );
    assert_eq!(settings::store::connector(&mut tx, "mail").await.unwrap().as_deref(), Some("2"));
    assert!(settings::store::delete_connector(&mut tx, "mail").await.unwrap());
    assert!(!settings::store::delete_connector(&mut tx, "mail").await.unwrap());
    assert_eq!(settings::store::connector(&mut tx, "mail").await.unwrap(), None);
}

#[tokio::test]
async fn a_change_of_settings_is_counted() {
    let (_database, mut tx) = begin().await;
    let before = settings::store::revision(&mut tx).await.unwrap();
    assert_eq!(settings::store::lock(&mut tx).await.unwrap(), before + 1);
    assert_eq!(settings::store::revision(&mut tx).await.unwrap(), before + 1);
}

#[tokio::test]
async fn a_key_is_found_by_its_token() {
    let (_database, mut tx) = begin().await;
    let key = |roles: &[Role]| ApiKey { id: "ops".to_owned(), roles: roles.to_vec(), ..ApiKey::default() };
    api_keys::store::save(&mut tx, &key(&[Role::Login, Role::Root]), "old", NOW).await.unwrap();
    api_keys::store::save(&mut tx, &key(&[Role::Root]), "new", NOW).await.unwrap();
    assert_eq!(api_keys::store::by_token(&mut tx, "old").await.unwrap(), None);
    assert_eq!(api_keys::store::by_token(&mut tx, "new").await.unwrap(), Some(key(&[Role::Root])));
    let found = api_keys::store::by_id(&mut tx, "ops").await.unwrap();
    assert_eq!(found, Some((key(&[Role::Root]), "new".to_owned())));
    assert_eq!(api_keys::store::by_id(&mut tx, "other").await.unwrap(), None);
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
    assert!(api_keys::store::insert(&mut tx, &key, "digest", NOW).await.unwrap());
    let other = ApiKey { id: "two".to_owned(), ..key.clone() };
    assert!(
        !api_keys::store::insert(&mut tx, &other, "digest", NOW).await.unwrap(),
        "the token is another's"
    );
    assert_eq!(api_keys::store::by_token(&mut tx, "digest").await.unwrap(), Some(key.clone()));
    assert!(api_keys::store::disable(&mut tx, "one", NOW).await.unwrap());
    assert!(!api_keys::store::disable(&mut tx, "one", NOW).await.unwrap());
    api_keys::store::save(&mut tx, &key, "digest", NOW).await.unwrap();
    assert_eq!(
        api_keys::store::by_token(&mut tx, "digest").await.unwrap(),
        None,
        "the bootstrap file does not switch it on"
    );
    let other = ApiKey { id: "two".to_owned(), app_id: Some("other".to_owned()), ..key.clone() };
    for (key, name) in [(&ApiKey { id: "three".to_owned(), ..key.clone() }, "shop's"), (&other, "other's")] {
        assert!(api_keys::store::insert(&mut tx, key, name, NOW).await.unwrap());
    }
    api_keys::store::disable_by_app(&mut tx, "shop", NOW).await.unwrap();
    assert_eq!(
        api_keys::store::by_digest(&mut tx, "digest").await.unwrap().as_deref(),
        Some("one"),
        "disabled"
    );
    assert_eq!(api_keys::store::by_digest(&mut tx, "nobody's").await.unwrap(), None);
    let listed = api_keys::store::list(&mut tx).await.unwrap();
    let listed = listed.iter().map(|stored| (stored.key.id.as_str(), stored.is_enabled));
    assert_eq!(listed.collect::<Vec<_>>(), [("one", false), ("three", false), ("two", true)]);
    assert_eq!(api_keys::store::by_token(&mut tx, "shop's").await.unwrap(), None);
    assert_eq!(api_keys::store::by_token(&mut tx, "other's").await.unwrap(), Some(other));
}

#[tokio::test]
async fn a_solution_is_taken_once() {
    let (database, tx) = begin().await;
    tx.commit().await.unwrap();
    let taken = race(&database.store, 20, |mut tx| async move {
        let first = captcha::store::take(&mut tx, "digest", NOW.plus_seconds(60)).await.unwrap();
        (tx, first)
    });
    assert_eq!(taken.await.into_iter().filter(|first| *first).count(), 1);
}
