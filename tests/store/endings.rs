//! What a change of a password, an identifier or a standing ends, row by row.

use rekey_core::api_keys::api_key::{ApiKey, Role};
use rekey_core::args;
use rekey_core::credentials::disputes_store::{self, DisputeLink};
use rekey_core::db::sql::Tx;
use rekey_core::grants::grant::Grant;
use rekey_core::passwords::store::{NewHash, WriteCondition};
use rekey_core::types::amr::Amr;
use rekey_core::types::identifier::address::Addresses;
use rekey_core::types::purpose::Purpose;
use rekey_core::types::scope::Scope;
use rekey_core::types::time::Timestamp;
use rekey_core::verification::store::{records, verified_grants};
use rekey_core::verification::verification_request::{RequestState, VerificationRequest, VerifiedBy};
use rekey_core::{api_keys, grants, one_time_tokens, passwords, sessions, settings, verification};

use super::sessions::{start, start_for_change};
use super::verification::one_time_tokens::one_time_token;
use super::verification::records::record;
use super::{NOW, begin, insert_user, request, request_id, user_id};

const ADA: &str = "email:ada@example.org";
const THIEF: &str = "email:first@thief.example";

fn addresses(email: &str) -> Addresses {
    Addresses { email: Some(email.to_owned()), phone: None }
}

/// A link of Ada's that went there at that moment.
async fn link(tx: &mut Tx, name: &str, sent_to: &str, at: Timestamp) {
    let link = DisputeLink {
        id: name.to_owned(),
        user_id: user_id("ada"),
        password_changed_at: NOW,
        proved_by: None,
        device: String::new(),
        address: Some("email:ada@example.org".to_owned()),
        created_at: at,
        expires_at: NOW.plus_seconds(3600),
        used_at: None,
        sent_to: Some(sent_to.to_owned()),
        placed: Some(THIEF.to_owned()),
        ended_at: None,
    };
    disputes_store::insert(tx, &link, name).await.unwrap();
}

/// The links that work, in order.
async fn working(tx: &mut Tx) -> Vec<String> {
    let sql = "select id from repudiations where ended_at is null and used_at is null order by id";
    let found: Vec<(String,)> = tx.all(sql, args![]).await.unwrap();
    found.into_iter().map(|(id,)| id).collect()
}

#[tokio::test]
async fn links_of_later_changes_are_listed_and_marked_as_reverted() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    for (name, at) in [("a", 0), ("b", 10), ("c", 20)] {
        link(&mut tx, name, ADA, NOW.plus_seconds(at)).await;
    }
    let later = disputes_store::list_open_since(&mut tx, &ada, NOW.plus_seconds(10)).await.unwrap();
    assert_eq!(later.iter().map(|link| link.id.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    disputes_store::mark_reverted_since(
        &mut tx,
        &ada,
        NOW.plus_seconds(10),
        NOW.plus_seconds(30),
        NOW.plus_seconds(90),
    )
    .await
    .unwrap();
    assert_eq!(working(&mut tx).await, ["a"]);
    assert!(disputes_store::list_open_since(&mut tx, &ada, NOW.plus_seconds(10)).await.unwrap().is_empty());
    assert!(disputes_store::was_reverted(&mut tx, &ada, THIEF).await.unwrap());
}

#[tokio::test]
async fn links_end_by_their_moment() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    for (name, at) in [("a", 0), ("b", 10), ("c", 20)] {
        link(&mut tx, name, ADA, NOW.plus_seconds(at)).await;
    }
    disputes_store::end_since(&mut tx, &ada, NOW.plus_seconds(10), NOW.plus_seconds(30)).await.unwrap();
    assert_eq!(working(&mut tx).await, ["a"]);
    assert!(
        disputes_store::take(&mut tx, "b", NOW.plus_seconds(30), NOW.plus_seconds(60))
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(disputes_store::list_notified(&mut tx, &ada, NOW.plus_seconds(10)).await.unwrap(), [ADA]);
    assert!(!disputes_store::was_reverted(&mut tx, &ada, THIEF).await.unwrap(), "none was used");
    disputes_store::take(&mut tx, "a", NOW.plus_seconds(30), NOW.plus_seconds(60)).await.unwrap().unwrap();
    assert!(disputes_store::was_reverted(&mut tx, &ada, THIEF).await.unwrap());
}

#[tokio::test]
async fn a_recovery_ends_the_links_of_former_addresses_that_are_no_older_than_its_own() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    link(&mut tx, "owners", ADA, NOW).await;
    link(&mut tx, "thiefs", THIEF, NOW.plus_seconds(10)).await;
    let now = NOW.plus_seconds(30);
    disputes_store::end_former(&mut tx, &ada, &addresses(THIEF), THIEF, now).await.unwrap();
    assert_eq!(working(&mut tx).await, ["owners", "thiefs"], "the thief resets");
    let third = "email:second@thief.example";
    disputes_store::end_former(&mut tx, &ada, &addresses(third), third, now).await.unwrap();
    assert_eq!(
        working(&mut tx).await,
        ["owners", "thiefs"],
        "over an address that was never told of anything"
    );
    disputes_store::end_former(&mut tx, &ada, &addresses(ADA), ADA, now).await.unwrap();
    assert_eq!(working(&mut tx).await, ["owners"], "the owner resets");
    disputes_store::end_by_addresses(&mut tx, &ada, &Addresses::default(), now).await.unwrap();
    assert_eq!(working(&mut tx).await, ["owners"]);
    disputes_store::end_by_addresses(&mut tx, &ada, &addresses(THIEF), now).await.unwrap();
    assert!(
        working(&mut tx).await.is_empty(),
        "it would put another in the place of what an administrator set"
    );
}

#[tokio::test]
async fn a_password_remembers_what_proved_it() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    assert_eq!(passwords::store::proof(&mut tx, &ada).await.unwrap(), None);
    for proved_by in [Some(ADA), None] {
        let new = NewHash { digest: "second", changed_at: NOW, proved_by };
        assert!(passwords::store::set(&mut tx, &ada, &new, WriteCondition::Exists).await.unwrap().is_some());
        assert_eq!(passwords::store::proof(&mut tx, &ada).await.unwrap().as_deref(), proved_by);
    }
}

#[tokio::test]
async fn sessions_that_only_change_a_password_end_with_their_grants() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let (one, other) =
        (start_for_change(&mut tx, &ada, "one").await, start_for_change(&mut tx, &ada, "other").await);
    let ordinary = start(&mut tx, &ada, "ordinary").await;
    for session in [&one, &other, &ordinary] {
        let grant = Grant {
            id: session.0.clone(),
            user_id: ada.clone(),
            app_id: "shop".to_owned(),
            session_id: session.clone(),
            scope: Scope::default(),
            resources: String::new(),
            auth_at: NOW,
            expires_at: NOW.plus_seconds(3600),
            amr: Amr::Recovery,
        };
        grants::store::insert(&mut tx, &grant, NOW).await.unwrap();
    }
    sessions::store::lock_restricted(&mut tx, &ada, Some(&one)).await.unwrap();
    let found = grants::store::list_restricted(&mut tx, &ada, Some(&one)).await.unwrap();
    assert_eq!(found.iter().map(|grant| grant.id.as_str()).collect::<Vec<_>>(), ["other"]);
    grants::store::revoke_restricted(&mut tx, &ada, Some(&one)).await.unwrap();
    sessions::store::revoke_restricted(&mut tx, &ada, Some(&one)).await.unwrap();
    let left = grants::store::list(&mut tx, &ada, None).await.unwrap();
    assert_eq!(left.iter().map(|grant| grant.id.as_str()).collect::<Vec<_>>(), ["one", "ordinary"]);
    assert!(sessions::store::by_id(&mut tx, &other, NOW).await.unwrap().is_none());
    assert!(sessions::store::by_id(&mut tx, &one, NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn tokens_end_by_their_address() {
    let (_database, mut tx) = begin().await;
    let token = one_time_token("one", NOW.plus_seconds(60));
    one_time_tokens::store::insert(&mut tx, &token, "digest").await.unwrap();
    let mut state = async |addresses: &Addresses| {
        one_time_tokens::store::revoke_by_identifiers(&mut tx, addresses, NOW).await.unwrap();
        one_time_tokens::store::by_id(&mut tx, "one").await.unwrap().unwrap().revoked_at
    };
    assert_eq!(state(&addresses("email:other@example.org")).await, None);
    assert_eq!(state(&addresses(&token.identifier)).await, Some(NOW));
}

#[tokio::test]
async fn records_end_by_what_proved_them() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let by_password =
        VerificationRequest { identifier: String::new(), ..record("one", Purpose::Reauthenticate) };
    let by_address = VerificationRequest { identifier: ADA.to_owned(), ..record("two", Purpose::NewAddress) };
    for record in [&by_password, &by_address] {
        verification::store::insert(&mut tx, record).await.unwrap();
    }
    let until = NOW.plus_seconds(600);
    verified_grants::mark_verified(&mut tx, &by_password.id, VerifiedBy::Password, None, until)
        .await
        .unwrap();
    let left = async |tx: &mut Tx| {
        let found: Vec<(String,)> =
            tx.all("select id from verification_requests order by id", args![]).await.unwrap();
        found.into_iter().map(|(id,)| id).collect::<Vec<_>>()
    };
    records::delete_by_addresses(&mut tx, &ada, &addresses(THIEF)).await.unwrap();
    assert_eq!(left(&mut tx).await, ["one", "two"]);
    records::delete_by_addresses(&mut tx, &ada, &addresses(ADA)).await.unwrap();
    assert_eq!(left(&mut tx).await, ["one"]);
    records::delete_by_password(&mut tx, &ada).await.unwrap();
    assert!(left(&mut tx).await.is_empty());
    verification::store::insert(&mut tx, &by_address).await.unwrap();
    records::delete_all(&mut tx, &ada).await.unwrap();
    assert!(left(&mut tx).await.is_empty());
}

#[tokio::test]
async fn a_sign_up_for_what_is_taken_becomes_a_decoy_that_looks_the_same() {
    let (_database, mut tx) = begin().await;
    for id in ["open", "proved"] {
        let request = VerificationRequest { purpose: Purpose::SignUp, is_decoy: false, ..request(id, None) };
        verification::store::insert(&mut tx, &request).await.unwrap();
    }
    let proved = request_id("proved");
    assert!(
        verified_grants::mark_verified(&mut tx, &proved, VerifiedBy::Code, Some("g"), NOW.plus_seconds(60))
            .await
            .unwrap()
    );
    verification::store::supersede_sign_ups(&mut tx, ADA).await.unwrap();
    let open = verification::store::by_id(&mut tx, &request_id("open")).await.unwrap().unwrap();
    assert_eq!((open.state, open.is_decoy), (RequestState::Requested, true));
    let proved = verification::store::by_id(&mut tx, &proved).await.unwrap().unwrap();
    assert_eq!(proved.state, RequestState::Superseded);
    let opened = verified_grants::by_grant(&mut tx, &proved.id, "g", Purpose::SignUp, NOW).await.unwrap();
    assert!(opened.is_none(), "its grant opens nothing");
    for (event, grant, is_told) in
        [(Purpose::SignUp, "g", true), (Purpose::SignUp, "another", false), (Purpose::SignIn, "g", false)]
    {
        let answer = verified_grants::superseded_by_grant(&mut tx, &proved.id, grant, event).await.unwrap();
        assert_eq!(answer.is_some(), is_told, "{event:?} {grant}");
    }
}

#[tokio::test]
async fn entries_of_the_file_are_remembered_until_they_leave() {
    let (_database, mut tx) = begin().await;
    assert!(settings::store::insert_file_entry(&mut tx, "user", "ada", NOW).await.unwrap());
    assert!(!settings::store::insert_file_entry(&mut tx, "user", "ada", NOW).await.unwrap());
    assert!(
        settings::store::insert_file_entry(&mut tx, "api_key", "ada", NOW).await.unwrap(),
        "kinds are apart"
    );
    assert!(settings::store::has_file_entry(&mut tx, "user", "ada").await.unwrap());
    assert_eq!(settings::store::list_file_entries(&mut tx, "user").await.unwrap(), ["ada"]);
    settings::store::delete_file_entry(&mut tx, "user", "ada").await.unwrap();
    assert!(!settings::store::has_file_entry(&mut tx, "user", "ada").await.unwrap());
    assert!(settings::store::has_file_entry(&mut tx, "api_key", "ada").await.unwrap());
}

#[tokio::test]
async fn a_key_is_removed_unless_it_was_disabled() {
    let (_database, mut tx) = begin().await;
    for id in ["on", "off"] {
        let key = ApiKey { id: id.to_owned(), roles: vec![Role::Root], ..ApiKey::default() };
        api_keys::store::save(&mut tx, &key, id, NOW).await.unwrap();
    }
    assert!(api_keys::store::disable(&mut tx, "off", NOW).await.unwrap());
    assert!(
        !api_keys::store::delete(&mut tx, "off").await.unwrap(),
        "it stays off, whatever the file says next"
    );
    assert!(api_keys::store::delete(&mut tx, "on").await.unwrap());
    assert!(api_keys::store::by_token(&mut tx, "on").await.unwrap().is_none());
}
