//! What the SDK API stores: requests found by address, sessions prolonged by use, responses under an
//! idempotency key.

use rekey_core::grants::grant::{AccessToken, RefreshToken};
use rekey_core::idempotency::store::NewReply;
use rekey_core::types::amr::Amr;
use rekey_core::types::ids::SessionId;
use rekey_core::types::purpose::Purpose;
use rekey_core::types::scope::{PASSWORD_UPDATE, Scope};
use rekey_core::types::time::Timestamp;
use rekey_core::verification::verification_request::VerificationRequest;
use rekey_core::{grants, idempotency, sessions, verification};

use super::oidc::grant;
use super::sessions::{start, start_for_change};
use super::verification::requests::FORGOT;
use super::{NOW, begin, insert_user, race, request, request_id};

const EMAIL: &str = "email:ada@example.org";

#[tokio::test]
async fn a_request_is_found_by_address_app_and_event() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    for (id, by_address, app) in
        [("1", false, "shop"), ("2", true, "shop"), ("3", true, "other"), ("4", true, "shop")]
    {
        let request =
            VerificationRequest { by_address, app_id: Some(app.to_owned()), ..request(id, Some(&ada)) };
        verification::store::insert(&mut tx, &request).await.unwrap();
    }
    let found = verification::store::by_address(&mut tx, EMAIL, FORGOT, "shop").await.unwrap().unwrap();
    let newest =
        verification::store::newest_by_address(&mut tx, EMAIL, FORGOT, "shop").await.unwrap().unwrap();
    assert!(newest.id.0 >= found.id.0);
    let wait = newest.resend_at;
    assert!(
        !verification::store::count_resend(&mut tx, &newest.id, wait.plus_seconds(60), wait.plus_seconds(-1))
            .await
            .unwrap()
    );
    assert!(
        verification::store::count_resend(&mut tx, &newest.id, wait.plus_seconds(60), wait).await.unwrap()
    );
    assert_eq!((found.id, found.by_address), (request_id("4"), true), "the newest");
    verification::store::mark_cancelled(&mut tx, &request_id("4")).await.unwrap();
    for (identifier, event, app) in [
        ("email:bob@example.org", FORGOT, "shop"),
        (EMAIL, Purpose::SignIn, "shop"),
        (EMAIL, FORGOT, "nobody"),
    ] {
        assert!(verification::store::by_address(&mut tx, identifier, event, app).await.unwrap().is_none());
    }
    verification::store::mark_cancelled(&mut tx, &request_id("2")).await.unwrap();
    assert!(verification::store::by_address(&mut tx, EMAIL, FORGOT, "shop").await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_is_prolonged_by_use_unless_restricted() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let (id, limited) = (start(&mut tx, &ada, "one").await, start_for_change(&mut tx, &ada, "two").await);
    for (id, until) in [(&id, NOW.plus_seconds(9000)), (&limited, NOW.plus_seconds(3600))] {
        sessions::store::extend(&mut tx, id, NOW.plus_seconds(5), 8995).await.unwrap();
        sessions::store::extend(&mut tx, id, NOW.plus_seconds(5), 55).await.unwrap();
        let session = sessions::store::by_id(&mut tx, id, NOW).await.unwrap().unwrap();
        assert_eq!(session.expires_at, until);
        assert!(sessions::store::lock_including_restricted(&mut tx, id, NOW).await.unwrap());
        assert!(!sessions::store::lock_including_restricted(&mut tx, id, until).await.unwrap());
        assert!(sessions::store::by_id(&mut tx, id, until).await.unwrap().is_none());
    }
    let nobody = SessionId("nobody".to_owned());
    assert!(sessions::store::by_id(&mut tx, &nobody, NOW).await.unwrap().is_none());
}

#[tokio::test]
async fn a_grant_of_a_recovery_becomes_an_ordinary_one() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    let mut given = grant("one", &ada, "session");
    given.amr = Amr::Recovery;
    given.scope = Scope::parse(PASSWORD_UPDATE);
    grants::store::insert(&mut tx, &given, NOW).await.unwrap();
    let access = AccessToken {
        grant_id: Some("one".to_owned()),
        app_id: "shop".to_owned(),
        scope: given.scope.clone(),
        created_at: NOW,
        expires_at: NOW.plus_seconds(3600),
    };
    grants::store::insert_access_token(&mut tx, "access", &access).await.unwrap();
    let token = |until| RefreshToken {
        grant_id: "one".to_owned(),
        created_at: NOW,
        expires_at: until,
        used_at: None,
        parent: String::new(),
        successor: None,
    };
    for name in ["used", "held"] {
        grants::store::insert_refresh_token(&mut tx, name, &token(NOW.plus_seconds(3600))).await.unwrap();
    }
    grants::store::take_refresh_token(&mut tx, "used", "next", NOW, NOW).await.unwrap();
    grants::store::promote(&mut tx, "one", NOW.plus_seconds(90_000), NOW.plus_seconds(50_000)).await.unwrap();
    let released = grants::store::by_id(&mut tx, "one", NOW).await.unwrap().unwrap();
    assert_eq!((released.amr, released.expires_at), (Amr::Otp, NOW.plus_seconds(90_000)));
    let access = grants::store::access_token(&mut tx, "access", NOW).await.unwrap().unwrap();
    assert_eq!((released.scope.text(), access.scope.text()), (String::new(), String::new()));
    let ends =
        async |tx: &mut _, name| grants::store::refresh_token(tx, name).await.unwrap().unwrap().expires_at;
    assert_eq!(
        (ends(&mut tx, "held").await, ends(&mut tx, "used").await),
        (NOW.plus_seconds(50_000), NOW.plus_seconds(3600))
    );
}

#[tokio::test]
async fn a_successor_token_is_replaced_while_unused() {
    let (_database, mut tx) = begin().await;
    let ada = insert_user(&mut tx, "ada").await;
    grants::store::insert(&mut tx, &grant("one", &ada, "session"), NOW).await.unwrap();
    let given = [("first", ""), ("lost", "first"), ("lost too", "first"), ("other", "elsewhere")];
    for (name, parent) in given {
        let token = RefreshToken {
            grant_id: "one".to_owned(),
            created_at: NOW,
            expires_at: NOW.plus_seconds(3600),
            used_at: None,
            parent: parent.to_owned(),
            successor: None,
        };
        grants::store::insert_refresh_token(&mut tx, name, &token).await.unwrap();
    }
    assert!(grants::store::revoke_unused_successors(&mut tx, "one", "first", NOW).await.unwrap());
    for (name, out_of_use) in [("first", false), ("lost", true), ("lost too", true), ("other", false)] {
        let token = grants::store::refresh_token(&mut tx, name).await.unwrap().unwrap();
        assert_eq!(token.used_at.is_some(), out_of_use, "{name}");
    }
    assert!(
        !grants::store::revoke_unused_successors(&mut tx, "one", "first", NOW).await.unwrap(),
        "none is left"
    );
    grants::store::take_refresh_token(&mut tx, "other", "next", NOW, NOW).await.unwrap();
    assert!(
        !grants::store::revoke_unused_successors(&mut tx, "one", "elsewhere", NOW).await.unwrap(),
        "it was used"
    );
}

/// The answer to this question under the one key, as a call claims it at this moment.
fn reply(asked: &'static str, now: Timestamp) -> NewReply<'static> {
    NewReply { id: "key", asked, now, stale_before: now.plus_seconds(-60), expires_at: now.plus_seconds(100) }
}

#[tokio::test]
async fn a_key_is_claimed_once_and_again_when_its_call_was_lost() {
    let (database, tx) = begin().await;
    tx.commit().await.unwrap();
    let claims = race(&database.store, 20, |mut tx| async move {
        let first = idempotency::store::claim(&mut tx, &reply("asked", NOW)).await.unwrap();
        (tx, first)
    });
    assert_eq!(claims.await.into_iter().filter(|first| *first).count(), 1);
    let mut tx = database.store.write().await.unwrap();
    let later = NOW.plus_seconds(61);
    let lost = idempotency::store::claim(&mut tx, &reply("other", later)).await;
    assert!(lost.unwrap(), "the first call never came to its end");
    idempotency::store::save(&mut tx, "key", "sealed").await.unwrap();
    idempotency::store::release(&mut tx, "key").await.unwrap();
    let kept = idempotency::store::by_id(&mut tx, "key").await.unwrap().unwrap();
    assert_eq!((kept.asked.as_str(), kept.answer.as_deref()), ("other", Some("sealed")));
    let end = later.plus_seconds(100);
    assert!(!idempotency::store::claim(&mut tx, &reply("x", end.plus_seconds(-1))).await.unwrap());
    assert!(idempotency::store::claim(&mut tx, &reply("x", end)).await.unwrap());
    idempotency::store::release(&mut tx, "key").await.unwrap();
    assert!(idempotency::store::by_id(&mut tx, "key").await.unwrap().is_none());
}
