//! Passwords and sign-ins: the conditions under which one changes, or is remembered.

use rekey_core::args;
use rekey_core::db::sql::Tx;
use rekey_core::passwords::store::WriteCondition;
use rekey_core::types::ids::UserId;
use rekey_core::types::time::Timestamp;
use rekey_core::users::user::NewUser;
use rekey_core::{passwords, users};

use super::users_table::read;
use super::{NOW, begin, insert_user, race, set_password, user_id};

async fn suspend(tx: &mut Tx, id: &UserId) {
    let new = NewUser { is_suspended: true, ..NewUser::default() };
    users::store::save(tx, id, &new, NOW).await.unwrap();
}

#[tokio::test]
async fn a_suspended_account_gets_no_password() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    suspend(&mut tx, &ada).await;
    for condition in [WriteCondition::NotSuspended, WriteCondition::Unchanged(Some("first"))] {
        assert!(!set_password(&mut tx, &ada, "second", NOW, condition).await, "{condition:?}");
    }
    assert_eq!(read(&mut tx, &ada).await.password_digest.as_deref(), Some("first"));
    assert!(set_password(&mut tx, &ada, "second", NOW, WriteCondition::Exists).await, "but from an operator");
    assert!(!set_password(&mut tx, &user_id("nobody"), "second", NOW, WriteCondition::Exists).await);
}

#[tokio::test]
async fn a_new_password_enables_a_disabled_account() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    assert!(passwords::store::mark_frozen(&mut tx, &ada, NOW, NOW.plus_seconds(1)).await.unwrap());
    assert_eq!(read(&mut tx, &ada).await.usable_digest(), None);
    let later = NOW.plus_seconds(2);
    assert!(set_password(&mut tx, &ada, "second", later, WriteCondition::NotSuspended).await);
    let user = read(&mut tx, &ada).await;
    assert_eq!(user.usable_digest(), Some("second"));
    assert_eq!((user.password_changed_at, user.password_frozen_at), (Some(NOW.plus_seconds(2)), None));
}

#[tokio::test]
async fn only_the_disputed_password_is_disabled() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let bob = insert_user(&mut tx, "bob").await;
    for wrong in [Timestamp(NOW.0 - 1), Timestamp(NOW.0 + 1), Timestamp(0)] {
        assert!(!passwords::store::mark_frozen(&mut tx, &ada, wrong, NOW.plus_seconds(1)).await.unwrap());
    }
    assert_eq!(read(&mut tx, &ada).await.password_frozen_at, None);
    assert!(passwords::store::mark_frozen(&mut tx, &ada, NOW, NOW.plus_seconds(1)).await.unwrap());
    assert_eq!(read(&mut tx, &ada).await.password_frozen_at, Some(NOW.plus_seconds(1)));
    assert_eq!(read(&mut tx, &bob).await.password_frozen_at, None);
}

#[tokio::test]
async fn a_password_is_swapped_for_exactly_the_old_one() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    for wrong in [None, Some(""), Some("First")] {
        let condition = WriteCondition::Unchanged(wrong);
        assert!(!set_password(&mut tx, &ada, "second", NOW, condition).await, "{wrong:?}");
    }
    let condition = WriteCondition::Unchanged(Some("first"));
    assert!(set_password(&mut tx, &ada, "second", NOW.plus_seconds(5), condition).await);
    let user = read(&mut tx, &ada).await;
    assert_eq!(
        (user.password_digest.as_deref(), user.password_changed_at),
        (Some("second"), Some(NOW.plus_seconds(5)))
    );

    let bare = user_id("bare");
    users::store::insert(&mut tx, &bare, &NewUser::default(), NOW).await.unwrap();
    for (old, expected) in [(Some("first"), false), (None, true), (None, false)] {
        let condition = WriteCondition::Unchanged(old);
        assert_eq!(set_password(&mut tx, &bare, "second", NOW, condition).await, expected, "{old:?}");
    }
}

#[tokio::test]
async fn of_two_parallel_changes_one_succeeds() {
    let (database, mut tx) = begin().await;
    insert_user(&mut tx, "ada").await;
    tx.commit().await.unwrap();
    let swapped = race(&database.store, 8, |mut tx| async move {
        let condition = WriteCondition::Unchanged(Some("first"));
        let done = set_password(&mut tx, &user_id("ada"), "second", NOW, condition).await;
        (tx, done)
    });
    assert_eq!(swapped.await.into_iter().filter(|done| *done).count(), 1);
}

#[tokio::test]
async fn a_rehash_does_not_count_as_a_password_change() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    assert!(!passwords::store::replace_hash(&mut tx, &ada, "other", "stronger").await.unwrap());
    assert!(passwords::store::replace_hash(&mut tx, &ada, "first", "stronger").await.unwrap());
    let user = read(&mut tx, &ada).await;
    assert_eq!((user.password_digest.as_deref(), user.password_changed_at), (Some("stronger"), Some(NOW)));
}

#[tokio::test]
async fn a_sign_in_is_recorded() {
    let (_database, mut tx) = begin().await;
    let (ada, _bob) = (insert_user(&mut tx, "ada").await, insert_user(&mut tx, "bob").await);
    assert!(users::store::record_sign_in(&mut tx, &ada, Some(NOW), NOW.plus_seconds(9)).await.unwrap());
    let seen: Vec<(String, Option<i64>)> =
        tx.all("select id, last_sign_in_at from users order by id", args![]).await.unwrap();
    assert_eq!(seen, [("ada".to_owned(), Some(NOW.plus_seconds(9).0)), ("bob".to_owned(), None)]);
}

#[tokio::test]
async fn a_sign_in_with_a_former_password_is_not_recorded() {
    let (_database, mut tx) = begin().await;
    let (ada, bob, eve) = (
        insert_user(&mut tx, "ada").await,
        insert_user(&mut tx, "bob").await,
        insert_user(&mut tx, "eve").await,
    );
    let later = NOW.plus_seconds(1);
    assert!(set_password(&mut tx, &ada, "second", later, WriteCondition::NotSuspended).await);
    assert!(passwords::store::mark_frozen(&mut tx, &bob, NOW, NOW).await.unwrap());
    let suspended = NewUser { is_suspended: true, ..NewUser::default() };
    users::store::save(&mut tx, &eve, &suspended, NOW).await.unwrap();
    for id in [&ada, &bob, &eve] {
        assert!(
            !users::store::record_sign_in(&mut tx, id, Some(NOW), NOW.plus_seconds(9)).await.unwrap(),
            "{id:?}"
        );
    }
    assert!(!users::store::record_sign_in(&mut tx, &ada, None, NOW.plus_seconds(9)).await.unwrap());
    assert!(
        users::store::record_sign_in(&mut tx, &ada, Some(NOW.plus_seconds(1)), NOW.plus_seconds(9))
            .await
            .unwrap()
    );
}

/// Who proved an address needs no password, not even a fresh one; who is suspended stays outside.
#[tokio::test]
async fn a_sign_in_without_a_password_is_remembered_unless_suspended() {
    let (_database, mut tx) = begin().await;
    let (ada, bob, eve) = (
        insert_user(&mut tx, "ada").await,
        insert_user(&mut tx, "bob").await,
        insert_user(&mut tx, "eve").await,
    );
    assert!(passwords::store::mark_frozen(&mut tx, &bob, NOW, NOW).await.unwrap());
    let suspended = NewUser { is_suspended: true, ..NewUser::default() };
    users::store::save(&mut tx, &eve, &suspended, NOW).await.unwrap();
    for (id, expected) in [(&ada, true), (&bob, true), (&eve, false)] {
        assert_eq!(
            users::store::record_passwordless_sign_in(&mut tx, id, NOW.plus_seconds(9)).await.unwrap(),
            expected,
            "{id:?}"
        );
    }
    let seen: Vec<(String, Option<i64>)> =
        tx.all("select id, last_sign_in_at from users order by id", args![]).await.unwrap();
    let moment = Some(NOW.plus_seconds(9).0);
    let expected = [("ada", moment), ("bob", moment), ("eve", None)];
    assert_eq!(seen, expected.map(|(id, at)| (id.to_owned(), at)));
}
