//! Users: found by each identifier, unique identifiers, and their fields.

use rekey_core::args;
use rekey_core::db::error::StoreError;
use rekey_core::db::sql::{Rows, Tx};
use rekey_core::types::identifier::Identifier;
use rekey_core::types::ids::UserId;
use rekey_core::users::search_key::{SearchField, SearchRanges};
use rekey_core::users::user::{NewUser, User};
use rekey_core::users::{self, recipient_store, search_store};

use super::{NOW, begin, insert_user, user_id};

fn ada() -> NewUser {
    NewUser {
        id: None,
        username: Some("Ada".into()),
        email: Some("Ada.Lovelace@Example.org".into()),
        phone: Some("+1 202 555 0134".into()),
        name: Some("Ada Lovelace".into()),
        locale: Some("pt-BR".into()),
        is_suspended: false,
        ..NewUser::default()
    }
}

async fn id_by_identifier(tx: &mut Tx, typed: &str) -> Option<String> {
    let identifier = Identifier::parse(typed).unwrap();
    let user = users::store::by_identifier(tx, &identifier).await.unwrap();
    let recipient = recipient_store::by_identifier(tx, &identifier).await.unwrap();
    assert_eq!(
        recipient.map(|one| (one.id, one.email, one.phone, one.locale, one.is_suspended)),
        user.clone().map(|one| (one.id, one.email, one.phone, one.locale, one.is_suspended)),
    );
    user.map(|user| user.id.0)
}

pub(super) async fn read(tx: &mut Tx, id: &UserId) -> User {
    users::store::by_id(tx, id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_user_is_found_by_every_identifier_in_every_spelling() {
    let (_database, mut tx) = begin().await;
    users::store::insert(&mut tx, &user_id("ada"), &ada(), NOW).await.unwrap();
    for typed in
        ["ada.lovelace@example.org", " ADA.LOVELACE@EXAMPLE.ORG", "+12025550134", "1 (202) 555-0134", "ADA"]
    {
        assert_eq!(id_by_identifier(&mut tx, typed).await.as_deref(), Some("ada"), "{typed}");
    }
    // On both sides of hers in the order of the index.
    for typed in ["ada@example.org", "aaa@example.org", "+12025550135", "+12025550133", "adam", "ada_", "aca"]
    {
        assert_eq!(id_by_identifier(&mut tx, typed).await, None, "{typed}");
    }
}

#[tokio::test]
async fn a_new_account_is_read_back_as_it_was_written() {
    let (_database, mut tx) = begin().await;
    users::store::insert(&mut tx, &user_id("ada"), &ada(), NOW).await.unwrap();
    let user = read(&mut tx, &user_id("ada")).await;
    assert_eq!(user.username.as_deref(), Some("Ada"));
    assert_eq!(user.email.as_deref(), Some("ada.lovelace@example.org"));
    assert_eq!(user.phone.as_deref(), Some("12025550134"));
    assert_eq!(user.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(user.locale.as_deref(), Some("pt-BR"));
    assert_eq!((user.password_digest, user.password_changed_at, user.password_frozen_at), (None, None, None));
    assert_eq!((user.is_suspended, user.created_at), (false, NOW));

    let bare = user_id("bare");
    users::store::insert(&mut tx, &bare, &NewUser::default(), NOW).await.unwrap();
    let user = read(&mut tx, &bare).await;
    assert_eq!((user.email, user.phone, user.username), (None, None, None));
    assert_eq!((user.password_digest, user.password_changed_at), (None, None));
    assert!(users::store::by_id(&mut tx, &user_id("nobody")).await.unwrap().is_none());
}

#[tokio::test]
async fn a_taken_value_is_a_conflict() {
    let (database, mut tx) = begin().await;
    users::store::insert(&mut tx, &user_id("ada"), &ada(), NOW).await.unwrap();
    insert_user(&mut tx, "bob").await;
    tx.commit().await.unwrap();
    let only = NewUser::default;
    let taken = [
        ("ada", only()),
        ("eve", NewUser { username: Some("ADA".into()), ..only() }),
        ("eve", NewUser { email: Some("ada.lovelace@example.ORG".into()), ..only() }),
        ("eve", NewUser { phone: Some("12025550134".into()), ..only() }),
    ];
    for (id, new) in taken {
        let mut tx = database.store.write().await.unwrap();
        let inserted = users::store::insert(&mut tx, &user_id(id), &new, NOW).await;
        assert!(matches!(inserted, Err(StoreError::Conflict)), "{new:?}");
    }
    let mut tx = database.store.write().await.unwrap();
    let saved = users::store::save(&mut tx, &user_id("bob"), &ada(), NOW).await;
    assert!(matches!(saved, Err(StoreError::Conflict)), "{saved:?}");
}

#[tokio::test]
async fn saving_a_user_leaves_the_password_alone() {
    let (_database, mut tx) = begin().await;
    let bob = insert_user(&mut tx, "bob").await;
    let new = NewUser { is_suspended: true, ..ada() };
    users::store::save(&mut tx, &bob, &new, NOW.plus_seconds(60)).await.unwrap();
    let user = read(&mut tx, &bob).await;
    assert_eq!((user.password_digest.as_deref(), user.password_changed_at), (Some("first"), Some(NOW)));
    assert_eq!((user.name.as_deref(), user.is_suspended), (Some("Ada Lovelace"), true));
    assert_eq!(id_by_identifier(&mut tx, "ada.lovelace@example.org").await.as_deref(), Some("bob"));
    assert_eq!(id_by_identifier(&mut tx, "bob@example.org").await, None);
}

#[tokio::test]
async fn an_account_is_changed_switched_off_and_cleared() {
    let (_database, mut tx) = begin().await;
    let id = insert_user(&mut tx, "ada").await;
    let before = read(&mut tx, &id).await;
    let data = User { avatar: Some("https://example.org/a.png".into()), ..before };
    users::store::update_profile(&mut tx, &id, &data, NOW.plus_seconds(1)).await.unwrap();
    let after = read(&mut tx, &id).await;
    assert_eq!(
        (after.avatar.as_deref(), after.updated_at),
        (Some("https://example.org/a.png"), NOW.plus_seconds(1))
    );
    assert!(users::store::set_suspended(&mut tx, &id, true, NOW).await.unwrap());
    assert!(!users::store::set_suspended(&mut tx, &id, true, NOW).await.unwrap(), "it is off already");
    assert!(users::store::delete(&mut tx, &id).await.unwrap());
    assert!(!users::store::delete(&mut tx, &id).await.unwrap());
}

#[tokio::test]
async fn people_are_found_in_order_and_counted_up_to_a_bound() {
    let (_database, mut tx) = begin().await;
    for name in ["ada", "adam", "bob"] {
        insert_user(&mut tx, name).await;
    }
    assert_eq!(search_store::list(&mut tx, Rows { skip: 1, limit: 5 }).await.unwrap().len(), 2);
    assert_eq!(search_store::count(&mut tx, 2).await.unwrap(), 2);
    let after = search_store::list_after(&mut tx, "ada", 5).await.unwrap();
    assert_eq!(after.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["adam", "bob"]);
    assert_eq!(search_store::list_after(&mut tx, "", 1).await.unwrap()[0].id.as_str(), "ada");
    let wanted = SearchRanges::for_field(SearchField::Email, "ada", true);
    let found = search_store::list_matching(&mut tx, &wanted, Rows { skip: 0, limit: 5 }, 10).await.unwrap();
    assert_eq!(found.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["ada", "adam"]);
    assert_eq!(search_store::count_matching(&mut tx, &wanted, 10).await.unwrap(), 2);
    assert!(search_store::list_unindexed(&mut tx, 5).await.unwrap().is_empty());
    search_store::save_search_keys(&mut tx, &found[0].id, &found[1]).await.unwrap();
    assert_eq!(
        search_store::count_matching(&mut tx, &SearchRanges::for_field(SearchField::Email, "adam", true), 10)
            .await
            .unwrap(),
        2
    );
}

#[tokio::test]
async fn a_name_is_taken_by_whoever_has_one_that_looks_like_it() {
    let (_database, mut tx) = begin().await;
    let named = |name: &str| NewUser { username: Some(name.into()), ..NewUser::default() };
    users::store::insert(&mut tx, &user_id("one"), &named("PayPal"), NOW).await.unwrap();
    users::store::insert(&mut tx, &user_id("two"), &named("scope"), NOW).await.unwrap();
    for (name, but, expected) in [
        ("paypal", None, true),
        ("paypa1", None, true),
        ("paypa1", Some(user_id("one")), false),
        ("paypa1", Some(user_id("two")), true),
        ("ѕсоре", None, true),
        ("scoop", None, false),
    ] {
        assert_eq!(
            users::store::is_username_taken(&mut tx, name, but.as_ref()).await.unwrap(),
            expected,
            "{name} {but:?}"
        );
    }
}

#[tokio::test]
async fn an_address_is_its_own_key_and_one_that_no_rule_takes_stays() {
    let (_database, mut tx) = begin().await;
    let new = NewUser { email: Some("Ａda@BÜCHER.example".into()), ..NewUser::default() };
    users::store::insert(&mut tx, &user_id("ada"), &new, NOW).await.unwrap();
    assert_eq!(read(&mut tx, &user_id("ada")).await.email.as_deref(), Some("ada@xn--bcher-kva.example"));
    tx.run("update users set email = 'a☃@example.org', email_key = 'a☃@example.org'", args![]).await.unwrap();
    let stored = read(&mut tx, &user_id("ada")).await;
    users::store::update_self(&mut tx, &User { name: Some("Ada".into()), ..stored }, NOW).await.unwrap();
    assert_eq!(read(&mut tx, &user_id("ada")).await.email.as_deref(), Some("a☃@example.org"));
}
