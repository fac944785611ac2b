//! Profile fields: shown by scope and setting, changed where allowed, and no lost updates.

use serde_json::{Value, json};

use super::{
    ACCOUNT, EVERYTHING, MyAccountClient, assert_refused, body, everything_editable, is_audited,
    send_concurrently, start,
};
use crate::http::oidc::{PASSWORD, create_user, settings_with_apps};

const PROFILE: &str = "/api/my-account/profile";

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn what_is_shown_follows_scopes_and_settings() {
    let (app, ada) = start(everything_editable()).await;
    let bare = body(&MyAccountClient::sign_in(&app, &ada, "openid").await.get(ACCOUNT).await);
    assert_eq!(keys(&bare), ["hasPassword", "hasSecurityVerificationMethod", "id"]);
    assert_eq!(
        (&bare["id"], &bare["hasPassword"], &bare["hasSecurityVerificationMethod"]),
        (&json!(ada.id), &json!(true), &json!(true))
    );
    for (scope, key) in [
        ("email", "primaryEmail"),
        ("phone", "primaryPhone"),
        ("custom_data", "customData"),
        ("profile", "username"),
    ] {
        let account_client = MyAccountClient::sign_in(&app, &ada, &format!("openid {scope}")).await;
        let seen = body(&account_client.get(ACCOUNT).await);
        assert!(seen.get(key).is_some(), "{scope}: {seen}");
        assert_eq!(seen.get("primaryEmail").is_some(), scope == "email", "{seen}");
    }
    let all = body(&MyAccountClient::sign_in(&app, &ada, EVERYTHING).await.get(ACCOUNT).await);
    assert_eq!(
        (&all["primaryEmail"], &all["primaryPhone"], &all["profile"]),
        (&json!(ada.email), &json!(null), &json!({}))
    );
    assert!(all["createdAt"].is_i64() && all["updatedAt"].is_i64() && all["lastSignInAt"].is_i64());
}

#[tokio::test]
async fn by_default_only_the_password_can_be_changed() {
    let (app, ada) = start(settings_with_apps()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let seen = body(&account_client.get(ACCOUNT).await);
    for hidden in ["username", "name", "avatar", "primaryEmail", "primaryPhone", "profile", "customData"] {
        assert!(seen.get(hidden).is_none(), "{hidden}: {seen}");
    }
    assert_eq!(seen["hasPassword"], true);
    for change in [
        json!({ "name": "Ada" }),
        json!({ "avatar": null }),
        json!({ "username": "ada" }),
        json!({ "customData": {} }),
    ] {
        assert_refused(
            &account_client.send("PATCH", ACCOUNT, &change).await,
            400,
            "account_center.field_not_editable",
        );
    }
    assert_refused(
        &account_client.send("PATCH", PROFILE, &json!({ "nickname": "A" })).await,
        400,
        "account_center.field_not_editable",
    );
}

#[tokio::test]
async fn name_picture_and_data_are_changed_and_removed() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let change = json!({ "name": "Ada", "avatar": "https://pictures.example/ada.png", "customData": { "theme": "dark" } });
    let page = account_client.send("PATCH", ACCOUNT, &change).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let now = body(&page);
    for (name, value) in change.as_object().unwrap() {
        assert_eq!(&now[name], value);
    }
    assert!(is_audited(&app, "profile_change", "success").await);
    assert_eq!(body(&account_client.get(ACCOUNT).await), now);
    let page =
        account_client.send("PATCH", ACCOUNT, &json!({ "name": null, "customData": { "a": 1 } })).await;
    let now = body(&page);
    assert_eq!(
        (&now["name"], &now["customData"], &now["avatar"]),
        (&json!(null), &json!({ "a": 1 }), &change["avatar"])
    );
    let page = account_client.send("PATCH", ACCOUNT, &json!({})).await;
    assert_eq!((page.status, body(&page)), (200, now), "an empty change is none");
}

#[tokio::test]
async fn a_username_needs_a_proof_and_must_be_free() {
    let (app, ada) = start(everything_editable()).await;
    app.new_user("bob@example.org").with_username("Bob").make().await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let page = account_client.send("PATCH", ACCOUNT, &json!({ "username": "ada", "name": "Ada" })).await;
    assert_refused(&page, 401, "verification_record.permission_denied");
    assert_eq!(body(&account_client.get(ACCOUNT).await)["name"], json!(null), "all of it or nothing");
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    assert_refused(
        &proved.send("PATCH", ACCOUNT, &json!({ "username": "BOB" })).await,
        422,
        "user.username_already_in_use",
    );
    for bad in ["", "1ada", "a b", "a@b", &"a".repeat(129)] {
        assert_refused(
            &proved.send("PATCH", ACCOUNT, &json!({ "username": bad })).await,
            400,
            "guard.invalid_input",
        );
    }
    assert_eq!(body(&proved.send("PATCH", ACCOUNT, &json!({ "username": "Ada" })).await)["username"], "Ada");
    app.browser().get("/sign-in").await.sign_in("ada", PASSWORD).await.says("account-title");
    assert_eq!(
        body(&proved.send("PATCH", ACCOUNT, &json!({ "username": null })).await)["username"],
        json!(null)
    );
    assert_eq!(app.inbox_of(&ada.email).await.count_of("UsernameChanged"), 2);
}

#[tokio::test]
async fn the_profile_changes_field_by_field() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let page = account_client.send("PATCH", PROFILE, &json!({ "nickname": "Ada", "website": "https://ada.example", "address": { "locality": "London" } })).await;
    assert_eq!((page.status, &body(&page)["address"]["locality"]), (200, &json!("London")));
    let page = account_client.send("PATCH", PROFILE, &json!({ "website": null, "gender": "f" })).await;
    assert_eq!(body(&page), json!({ "nickname": "Ada", "gender": "f", "address": { "locality": "London" } }));
    let narrow = MyAccountClient::sign_in(&app, &ada, "openid profile").await;
    assert!(body(&narrow.get(ACCOUNT).await)["profile"].get("address").is_none());
    assert_refused(&narrow.send("PATCH", PROFILE, &json!({ "address": {} })).await, 400, "auth.unauthorized");
    let page = narrow.send("PATCH", PROFILE, &json!({ "nickname": "A" })).await;
    assert_eq!(body(&page), json!({ "nickname": "A", "gender": "f" }));
    assert_eq!(
        body(&account_client.send("PATCH", PROFILE, &json!({})).await)["address"]["locality"],
        "London"
    );
    for bad in [
        json!({ "nick": "x" }),
        json!({ "nickname": 1 }),
        json!({ "nickname": "x".repeat(257) }),
        json!({ "address": { "planet": "x" } }),
        json!([]),
    ] {
        assert_refused(&account_client.send("PATCH", PROFILE, &bad).await, 400, "guard.invalid_input");
    }
}

#[tokio::test]
async fn changes_need_their_scopes() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid email").await;
    assert_refused(
        &account_client.send("PATCH", ACCOUNT, &json!({ "name": "Ada" })).await,
        400,
        "auth.unauthorized",
    );
    assert_refused(
        &account_client.send("PATCH", PROFILE, &json!({ "nickname": "Ada" })).await,
        400,
        "auth.unauthorized",
    );
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid profile").await;
    assert_refused(
        &account_client.send("PATCH", ACCOUNT, &json!({ "customData": {} })).await,
        400,
        "auth.unauthorized",
    );
}

#[tokio::test]
async fn invalid_bodies_are_refused_by_field() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    for bad in [
        json!({ "name": 1 }),
        json!({ "name": "x".repeat(129) }),
        json!({ "avatar": "not an address" }),
        json!({ "avatar": "javascript:alert(1)" }),
        json!({ "customData": null }),
        json!({ "customData": [] }),
        json!({ "customData": { "a": "x".repeat(17_000) } }),
        json!({ "isSuspended": false }),
        json!([]),
    ] {
        assert_refused(&account_client.send("PATCH", ACCOUNT, &bad).await, 400, "guard.invalid_input");
    }
    let page = account_client
        .app
        .raw("PATCH", ACCOUNT, &[("content-type", "application/json")], "{".to_owned())
        .await;
    assert_eq!((page.status, body(&page).get("code")), (400, None));
}

#[tokio::test]
async fn changes_at_once_lose_nothing_of_each_other() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let names =
        ["familyName", "givenName", "middleName", "nickname", "gender", "birthdate", "zoneinfo", "locale"];
    let mut calls: Vec<_> = names
        .iter()
        .map(|name| (account_client.clone(), "PATCH", PROFILE, json!({ (*name): "x" })))
        .collect();
    calls.push((account_client.clone(), "PATCH", ACCOUNT, json!({ "name": "Ada" })));
    calls.push((
        account_client.clone(),
        "PATCH",
        ACCOUNT,
        json!({ "avatar": "https://pictures.example/a.png" }),
    ));
    assert!(send_concurrently(calls).await.iter().all(|page| page.status == 200));
    let now = body(&account_client.get(ACCOUNT).await);
    assert_eq!(now["profile"].as_object().unwrap().len(), names.len(), "{now}");
    assert_eq!((&now["name"], &now["avatar"]), (&json!("Ada"), &json!("https://pictures.example/a.png")));
}

#[tokio::test]
async fn a_user_changes_only_their_own_account() {
    let (app, ada) = start(everything_editable()).await;
    let bob = create_user(&app, "bob@example.org").await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    assert_eq!(account_client.send("PATCH", ACCOUNT, &json!({ "name": "Ada" })).await.status, 200);
    assert_eq!(app.user(&bob.id).await.unwrap().name, None);
}
