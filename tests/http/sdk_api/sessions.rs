//! Keeping a session and ending it.

use serde_json::json;

use super::{
    ADA, NEW, PASSWORD, call, call_ok, call_status, refresh, refresh_ok, shop_page, sign_in, start,
    with_session,
};
use crate::http::send;
use crate::support::db_dump;

#[tokio::test]
async fn a_right_password_gives_tokens() {
    let app = start(json!({})).await;
    let session = sign_in(&app, PASSWORD).await;
    assert_eq!((&session["token_type"], &session["expires_in"]), (&json!("bearer"), &json!(3600)));
    assert_eq!(session["user"]["id"], app.user(ADA).await.unwrap().id.0.as_str());
    for (email, password) in [(ADA, "wrong"), ("ghost@example.org", PASSWORD), (ADA, "")] {
        let answer =
            call_status(&shop_page(&app), "email/signin", json!({ "email": email, "password": password }))
                .await;
        assert_eq!(answer, (401, "invalid_credentials".to_owned()), "{email}");
    }
}

/// Other tabs: within ten seconds the same token is taken again. Later it has fallen into wrong hands.
#[tokio::test]
async fn a_reused_token_ends_the_session_after_ten_seconds() {
    let app = start(json!({})).await;
    let session = sign_in(&app, PASSWORD).await;
    let mut tabs = Vec::new();
    for _ in 0..5 {
        tabs.push(refresh_ok(&app, &session).await);
    }
    app.clock.advance(9);
    let lost = refresh_ok(&app, &session).await;
    let next = refresh_ok(&app, &lost).await;
    app.clock.advance(1);
    assert_eq!(refresh(&app, &session).await, (401, "invalid_refresh_token".to_owned()));
    assert_eq!(refresh(&app, &next).await.0, 401, "the thief's and the owner's alike");
    let answer = call_status(&with_session(&app, &next), "password/update", json!({ "password": NEW })).await;
    assert_eq!(answer, (401, "invalid_token".to_owned()));
    assert_eq!(db_dump::query_number(&app, "select count(*) from sessions").await, 0);
}

/// An answer that got lost, however often and for however long: nobody has what was in it.
#[tokio::test]
async fn a_token_whose_response_got_lost_is_accepted_again() {
    let app = start(json!({})).await;
    let session = sign_in(&app, PASSWORD).await;
    for _ in 0..3 {
        refresh_ok(&app, &session).await;
        app.clock.advance(3600);
    }
    let arrived = refresh_ok(&app, &session).await;
    let next = refresh_ok(&app, &arrived).await;
    app.clock.advance(3600);
    assert_eq!(
        refresh(&app, &session).await,
        (401, "invalid_refresh_token".to_owned()),
        "its answer was used"
    );
    assert_eq!(refresh(&app, &next).await.0, 401);
}

/// Whoever says that an answer got lost while its owner has it is found out by the owner's next renewal.
#[tokio::test]
async fn an_attacker_who_pretends_a_lost_response_is_detected() {
    for owner_first in [true, false] {
        let app = start(json!({})).await;
        let session = sign_in(&app, PASSWORD).await;
        let owner = refresh_ok(&app, &session).await;
        app.clock.advance(60);
        let attacker = refresh_ok(&app, &session).await;
        app.clock.advance(60);
        let (first, second) = if owner_first { (&owner, &attacker) } else { (&attacker, &owner) };
        refresh(&app, first).await;
        app.clock.advance(60);
        assert_eq!(refresh(&app, second).await.0, 401);
        assert_eq!(db_dump::query_number(&app, "select count(*) from sessions").await, 0);
    }
}

#[tokio::test]
async fn an_unused_session_lasts_thirty_days() {
    const DAYS: i64 = 30 * 24 * 3600;
    let app = start(json!({})).await;
    let ada = app.user(ADA).await.unwrap().id;
    let listed = async || {
        let ada = ada.clone();
        app.run(|program| async move { rekey_core::sessions::list(&program.core, &ada).await.unwrap().len() })
            .await
    };
    let session = sign_in(&app, PASSWORD).await;
    app.clock.advance(DAYS - 60);
    assert_eq!(listed().await, 1);
    let next = refresh_ok(&app, &session).await;
    call_ok(&with_session(&app, &next), "password/update", json!({ "password": NEW })).await;
    app.clock.advance(DAYS + 1);
    assert_eq!(listed().await, 0);
    assert_eq!(refresh(&app, &next).await, (401, "invalid_refresh_token".to_owned()));
    app.may_leave_messages();
}

/// Thirty days unused end it; using it does not let it grow old.
#[tokio::test]
async fn a_session_is_prolonged_by_use() {
    let app = start(json!({})).await;
    let mut session = sign_in(&app, PASSWORD).await;
    // A grant ends after 180 days however much it is used.
    for _ in 0..5 {
        app.clock.advance(29 * 24 * 3600);
        session = refresh_ok(&app, &session).await;
    }
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    app.clock.advance(30 * 24 * 3600);
    assert_eq!(refresh(&app, &session).await.0, 401);
    app.may_leave_messages();
}

#[tokio::test]
async fn signing_out_ends_this_session_or_all() {
    let app = start(json!({})).await;
    let [one, two, three] =
        [sign_in(&app, PASSWORD).await, sign_in(&app, PASSWORD).await, sign_in(&app, PASSWORD).await];
    let out = async |name: &str, session| {
        send(&with_session(&app, session), "POST", &super::url_of(name), &json!({})).await.status
    };
    assert_eq!(out("signout", &one).await, 200);
    assert_eq!((refresh(&app, &one).await.0, out("signout", &one).await), (401, 401));
    refresh_ok(&app, &two).await;
    assert_eq!(out("revoke-all", &two).await, 200);
    assert_eq!((refresh(&app, &two).await.0, refresh(&app, &three).await.0), (401, 401));
}

/// What one app holds is nothing to another, nor what OpenID Connect gave to the SDK, nor the other way
/// round.
#[tokio::test]
async fn a_token_is_valid_at_its_own_interface_only() {
    let app = start(json!({})).await;
    let session = sign_in(&app, PASSWORD).await;
    let refresh = json!({ "refresh_token": session["refresh_token"] });
    let other = send(&shop_page(&app), "POST", "/api/v1/paywall/other/auth/refresh", &refresh).await;
    assert_eq!(other.status, 401);
    let path = "/api/v1/paywall/other/auth/password/update";
    assert_eq!(
        send(&with_session(&app, &session), "POST", path, &json!({ "password": NEW })).await.status,
        401
    );
    let client = crate::support::client::Client::of(&app, "shop");
    assert_eq!(client.refresh(session["refresh_token"].as_str().unwrap(), &[]).await.status, 400);
    assert_eq!(client.get_userinfo(session["access_token"].as_str().unwrap()).await.status, 403);
    let account = crate::http::api_client(&app, session["access_token"].as_str().unwrap());
    assert_eq!(account.get("/api/my-account").await.status, 403);
    refresh_ok(&app, &session).await;
}

#[tokio::test]
async fn an_invalid_bearer_is_nobody() {
    let app = start(json!({})).await;
    for name in ["password/update", "signout", "revoke-all"] {
        for header in [None, Some("Bearer "), Some("Bearer nobody"), Some("Basic YTpi"), Some("nonsense")] {
            let page = match header {
                None => call(&shop_page(&app), name, json!({ "password": NEW })).await,
                Some(header) => {
                    let browser = shop_page(&app).with_header("authorization", header);
                    call(&browser, name, json!({ "password": NEW })).await
                }
            };
            assert_eq!(
                crate::http::status_and_code(&page),
                (401, "invalid_token".to_owned()),
                "{name} {header:?}"
            );
        }
    }
    for token in ["", "nobody", "x".repeat(5000).as_str()] {
        let answer = call_status(&shop_page(&app), "refresh", json!({ "refresh_token": token })).await;
        assert_eq!(answer, (401, "invalid_refresh_token".to_owned()));
    }
}

/// Where the settings want another password first, the session does nothing else, and then everything.
#[tokio::test]
async fn a_password_that_must_be_changed_gives_only_a_restricted_session_in_the_sdk() {
    let app = start(json!({ "signInExperience": {
        "passwordCompliance": "require", "passwordPolicy": { "length": { "min": 30 } },
    } }))
    .await;
    let session = sign_in(&app, PASSWORD).await;
    assert_eq!(session["expires_in"], 600);
    let new = json!({ "password": "nineteen walruses in the library" });
    call_ok(&with_session(&app, &session), "password/update", new).await;
    app.clock.advance(3600);
    refresh_ok(&app, &session).await;
    app.may_leave_messages();
}
