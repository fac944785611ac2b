//! Applications and their secrets: what is there once stays once.

use rekey_core::apps;
use rekey_core::apps::AppSecret;

use super::{NOW, begin};

fn secret(app_id: &str, name: &str, digest: &str) -> AppSecret {
    let (app_id, name, digest) = (app_id.to_owned(), name.to_owned(), digest.to_owned());
    AppSecret { app_id, name, digest, created_at: NOW, expires_at: Some(NOW.plus_seconds(60)), key_id: None }
}

#[tokio::test]
async fn applications_are_kept_by_id() {
    let (_database, mut tx) = begin().await;
    assert!(apps::store::insert(&mut tx, "shop", "1", NOW).await.unwrap());
    assert!(!apps::store::insert(&mut tx, "shop", "2", NOW).await.unwrap());
    assert_eq!(apps::store::by_id(&mut tx, "shop").await.unwrap().as_deref(), Some("1"));
    apps::store::save(&mut tx, "shop", "3", NOW).await.unwrap();
    apps::store::save(&mut tx, "blog", "4", NOW).await.unwrap();
    let pair = |id: &str, text: &str| (id.to_owned(), text.to_owned());
    assert_eq!(apps::store::list(&mut tx).await.unwrap(), [pair("blog", "4"), pair("shop", "3")]);
    assert_eq!(apps::store::by_id(&mut tx, "none").await.unwrap(), None);
}

#[tokio::test]
async fn an_application_takes_its_secrets_along() {
    let (_database, mut tx) = begin().await;
    for id in ["shop", "blog"] {
        apps::store::insert(&mut tx, id, "{}", NOW).await.unwrap();
        assert!(apps::store::insert_secret(&mut tx, id, &secret(id, "first", "d")).await.unwrap());
    }
    assert!(apps::store::delete(&mut tx, "shop").await.unwrap());
    assert!(!apps::store::delete(&mut tx, "shop").await.unwrap());
    assert_eq!(apps::store::list_secrets(&mut tx).await.unwrap(), [secret("blog", "first", "d")]);
}

#[tokio::test]
async fn a_name_has_one_secret() {
    let (_database, mut tx) = begin().await;
    assert!(apps::store::insert_secret(&mut tx, "1", &secret("shop", "first", "a")).await.unwrap());
    assert!(!apps::store::insert_secret(&mut tx, "2", &secret("shop", "first", "b")).await.unwrap());
    assert!(apps::store::insert_secret(&mut tx, "3", &secret("shop", "second", "b")).await.unwrap());
    let later =
        AppSecret { created_at: NOW.plus_seconds(1), expires_at: None, ..secret("shop", "first", "a") };
    apps::store::save_secret(&mut tx, "4", &later).await.unwrap();
    assert_eq!(
        apps::store::list_secrets(&mut tx).await.unwrap()[0],
        secret("shop", "first", "a"),
        "an equal one stays"
    );
    let other = AppSecret { digest: "c".to_owned(), ..later };
    apps::store::save_secret(&mut tx, "5", &other).await.unwrap();
    assert_eq!(apps::store::list_secrets(&mut tx).await.unwrap(), [secret("shop", "second", "b"), other]);
    assert!(apps::store::delete_secret(&mut tx, "shop", "first").await.unwrap());
    assert!(!apps::store::delete_secret(&mut tx, "shop", "first").await.unwrap());
}
