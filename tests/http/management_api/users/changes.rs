//! Creating, changing, suspending and deleting users.

use serde_json::{Value, json};

use super::{body, call, create, path, sign_in_status, start_with_keys, status_and_code};
use crate::support::app::TestApp;

#[tokio::test]
async fn a_new_user_needs_no_fields() {
    let app = start_with_keys(json!({})).await;
    let made = create(&app, json!({})).await;
    assert_eq!((&made["primaryEmail"], &made["hasPassword"]), (&Value::Null, &json!(false)));
}

#[tokio::test]
async fn a_taken_identifier_is_refused_by_kind() {
    let app = start_with_keys(json!({})).await;
    create(
        &app,
        json!({ "primaryEmail": "ada@example.org", "primaryPhone": "+12025550134", "username": "ada" }),
    )
    .await;
    let other = create(&app, json!({})).await;
    for (input, code) in [
        (json!({ "primaryEmail": "ADA@example.ORG" }), "user.email_already_in_use"),
        (json!({ "primaryPhone": "12025550134" }), "user.phone_already_in_use"),
        (json!({ "username": "ADA" }), "user.username_already_in_use"),
    ] {
        assert_eq!(
            status_and_code(&call(&app, "POST", "/api/users", input.clone()).await),
            (422, code.to_owned())
        );
        assert_eq!(
            status_and_code(&call(&app, "PATCH", &path(&other, ""), input).await),
            (422, code.to_owned())
        );
    }
}

#[tokio::test]
async fn an_invalid_value_is_named_by_field() {
    let app = start_with_keys(json!({})).await;
    let other = create(&app, json!({})).await;
    for (input, details) in [
        (json!({ "primaryEmail": "ada" }), "primaryEmail: expected a mail address"),
        (json!({ "primaryEmail": "" }), "primaryEmail: expected a mail address"),
        (json!({ "primaryPhone": "12" }), "primaryPhone: expected a number with its country code"),
        (
            json!({ "username": "ada@example.org" }),
            "username: expected a name to sign in with, no address and no number",
        ),
        (json!({ "username": 1 }), "username: expected text"),
        (json!({ "name": "x".repeat(129) }), "name: expected at most 128 characters"),
        (json!({ "avatar": "javascript:alert(1)" }), "avatar: expected an http or https address"),
        (
            json!({ "profile": { "nickname": "x".repeat(257) } }),
            "profile.nickname: expected at most 256 characters",
        ),
        (
            json!({ "profile": { "address": { "country": "x".repeat(257) } } }),
            "profile.address.country: expected at most 256 characters",
        ),
        (json!({ "profile": { "mood": "good" } }), "profile.mood: unknown key"),
        (json!({ "customData": { "x": "y".repeat(16 * 1024) } }), "customData: expected at most 16384 bytes"),
        (json!({ "customData": [] }), "customData: expected an object"),
        (json!({ "roles": [] }), "roles: unknown key"),
    ] {
        let page = call(&app, "POST", "/api/users", input.clone()).await;
        let actual = body(&page)["details"].as_str().unwrap_or_default().to_owned();
        assert_eq!(
            (status_and_code(&page), &actual[..details.len().min(actual.len())]),
            ((400, "guard.invalid_input".to_owned()), details),
            "{input}"
        );
        assert_eq!(
            status_and_code(&call(&app, "PATCH", &path(&other, ""), input.clone()).await).0,
            400,
            "{input}"
        );
    }
}

#[tokio::test]
async fn a_patch_replaces_named_fields_and_null_removes_them() {
    let app = start_with_keys(json!({})).await;
    let input = json!({ "primaryEmail": "ada@example.org", "username": "ada", "name": "Ada", "customData": { "a": 1 }, "profile": { "nickname": "A" } });
    let before = create(&app, input).await;
    app.clock.advance(1);
    let same = body(&call(&app, "PATCH", &path(&before, ""), json!({})).await);
    assert_eq!((&same["name"], &same["customData"]), (&json!("Ada"), &json!({ "a": 1 })));
    let after = call(
        &app,
        "PATCH",
        &path(&before, ""),
        json!({ "name": null, "username": "lovelace", "customData": { "b": 2 } }),
    )
    .await;
    let after = body(&after);
    assert_eq!(
        (&after["name"], &after["username"], &after["customData"]),
        (&Value::Null, &json!("lovelace"), &json!({ "b": 2 }))
    );
    assert_eq!(
        (&after["primaryEmail"], &after["profile"]),
        (&json!("ada@example.org"), &json!({ "nickname": "A" }))
    );
    assert_eq!(after["updatedAt"], 1_700_000_001_000_i64);
}

#[tokio::test]
async fn custom_data_and_profile_are_merged() {
    let app = start_with_keys(json!({})).await;
    let ada = create(&app, json!({ "customData": { "a": 1, "b": 1 }, "profile": { "nickname": "A", "address": { "country": "UK", "region": "X" } } })).await;
    let page =
        call(&app, "PATCH", &path(&ada, "/custom-data"), json!({ "customData": { "b": 2, "c": null } }))
            .await;
    assert_eq!(body(&page), json!({ "a": 1, "b": 2, "c": null }));
    assert_eq!(
        body(&call(&app, "GET", &path(&ada, "/custom-data"), Value::Null).await),
        json!({ "a": 1, "b": 2, "c": null })
    );
    let page = call(&app, "PATCH", &path(&ada, "/profile"), json!({ "profile": { "nickname": null, "website": "https://a.example", "address": { "region": null } } })).await;
    assert_eq!(body(&page), json!({ "website": "https://a.example", "address": { "country": "UK" } }));
    for (rest, input) in [
        ("/custom-data", json!({})),
        ("/custom-data", json!({ "customData": null })),
        ("/profile", json!({ "profile": { "x": 1 } })),
    ] {
        assert_eq!(
            status_and_code(&call(&app, "PATCH", &path(&ada, rest), input).await),
            (400, "guard.invalid_input".to_owned())
        );
    }
}

#[tokio::test]
async fn two_parallel_patches_are_both_kept() {
    let app = start_with_keys(json!({})).await;
    let ada = create(&app, json!({})).await;
    for _ in 0..5 {
        let (there, name) = (path(&ada, ""), path(&ada, "/custom-data"));
        let patches = tokio::join!(
            call(&app, "PATCH", &there, json!({ "name": "Ada" })),
            call(&app, "PATCH", &there, json!({ "avatar": "https://example.org/a.png" })),
            call(&app, "PATCH", &name, json!({ "customData": { "a": 1 } })),
            call(&app, "PATCH", &name, json!({ "customData": { "b": 2 } })),
        );
        assert_eq!([patches.0.status, patches.1.status, patches.2.status, patches.3.status], [200; 4]);
        let after = body(&call(&app, "GET", &there, Value::Null).await);
        assert_eq!((&after["name"], &after["avatar"]), (&json!("Ada"), &json!("https://example.org/a.png")));
        assert_eq!(after["customData"], json!({ "a": 1, "b": 2 }));
        call(&app, "PATCH", &there, json!({ "name": null, "avatar": null, "customData": {} })).await;
    }
}

async fn signed_in(app: &TestApp) -> crate::support::browser::Browser {
    let browser = app.browser();
    let page = browser.get("/sign-in").await.fill("identifier", "ada@example.org");
    page.fill("password", "a first password").submit().await.redirects_to("/account");
    browser
}

#[tokio::test]
async fn suspending_ends_every_session_and_unsuspending_allows_sign_in() {
    let app = start_with_keys(json!({})).await;
    let ada =
        create(&app, json!({ "primaryEmail": "ada@example.org", "password": "a first password" })).await;
    let browser = signed_in(&app).await;
    let off = body(&call(&app, "PATCH", &path(&ada, "/is-suspended"), json!({ "isSuspended": true })).await);
    assert_eq!(off["isSuspended"], true);
    assert_eq!(browser.get("/account").await.status, 303);
    assert_eq!(sign_in_status(&app, "ada@example.org", "a first password").await, 422);
    assert_eq!(
        call(&app, "PATCH", &path(&ada, "/password"), json!({ "password": "another" })).await.status,
        200,
        "also of a suspended account"
    );
    call(&app, "PATCH", &path(&ada, "/is-suspended"), json!({ "isSuspended": false })).await;
    assert_eq!(sign_in_status(&app, "ada@example.org", "another").await, 303);
}

#[tokio::test]
async fn a_deleted_user_is_signed_out_and_gone() {
    let app = start_with_keys(json!({})).await;
    let ada =
        create(&app, json!({ "primaryEmail": "ada@example.org", "password": "a first password" })).await;
    let browser = signed_in(&app).await;
    assert_eq!(call(&app, "DELETE", &path(&ada, ""), Value::Null).await.status, 204);
    assert_eq!(browser.get("/account").await.status, 303);
    assert_eq!(call(&app, "GET", &path(&ada, ""), Value::Null).await.status, 404);
    assert_eq!(call(&app, "DELETE", &path(&ada, ""), Value::Null).await.status, 404);
    create(&app, json!({ "primaryEmail": "ada@example.org" })).await;
}

#[tokio::test]
async fn a_code_sent_to_the_former_address_is_invalid() {
    let app = start_with_keys(json!({})).await;
    let ada =
        create(&app, json!({ "primaryEmail": "ada@example.org", "password": "a first password" })).await;
    let browser = app.browser();
    browser.get("/forgot-password").await.fill("identifier", "ada@example.org").submit().await;
    let code = app.inbox_of("ada@example.org").await.code();
    call(&app, "PATCH", &path(&ada, ""), json!({ "primaryEmail": "lovelace@example.org" })).await;
    // The window goes on waiting: it may be an attacker's, who must not see that the address was changed.
    let page = browser.get("/forgot-password/verification-code").await;
    page.fill("code", &code).submit().await.shows_refusal("code.earlier");
    browser.get("/forgot-password/reset").await.redirects_to("/forgot-password");
}

#[tokio::test]
async fn every_change_is_in_the_audit_log_with_its_actor() {
    let app = start_with_keys(json!({})).await;
    let ada = create(&app, json!({})).await;
    app.clock.advance(1);
    call(&app, "PATCH", &path(&ada, ""), json!({ "name": "Ada" })).await;
    app.clock.advance(1);
    call(&app, "DELETE", &path(&ada, ""), Value::Null).await;
    let rows =
        app.run(|program| async move { rekey_core::audit::newest(&program.core, 3).await.unwrap() }).await;
    let read: Vec<_> =
        rows.iter().map(|row| (row.event.as_str(), row.result.as_str(), row.about.as_deref())).collect();
    let by = Some("root");
    assert_eq!(
        read,
        [("user_change", "deleted", by), ("user_change", "changed", by), ("user_change", "created", by)]
    );
}

#[tokio::test]
async fn private_configs_are_visible_only_at_their_own_route() {
    let app = start_with_keys(json!({})).await;
    let ada = create(&app, json!({ "name": "Ada" })).await;
    let path = format!("/api/users/{}/logto-configs", ada["id"].as_str().unwrap());
    assert_eq!(body(&call(&app, "GET", &path, Value::Null).await), json!({}));
    let page = call(&app, "PATCH", &path, json!({ "mfa": { "skipped": true }, "tier": 1 })).await;
    assert_eq!((page.status, body(&page)), (200, json!({ "mfa": { "skipped": true }, "tier": 1 })));
    call(&app, "PATCH", &path, json!({ "tier": 2 })).await;
    let stored = json!({ "mfa": { "skipped": true }, "tier": 2 });
    assert_eq!(body(&call(&app, "GET", &path, Value::Null).await), stored);
    let shown = call(&app, "GET", &format!("/api/users/{}", ada["id"].as_str().unwrap()), Value::Null).await;
    assert!(!shown.html.contains("tier"), "{}", shown.html);
    let page = call(&app, "PATCH", &path, json!({ "much": "x".repeat(17_000) })).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
    assert_eq!(
        status_and_code(&call(&app, "PATCH", &path, json!([])).await),
        (400, "guard.invalid_input".to_owned())
    );
    let nobody = "/api/users/nobody/logto-configs";
    for method in ["GET", "PATCH"] {
        let page = call(&app, method, nobody, json!({})).await;
        assert_eq!(status_and_code(&page), (404, "entity.not_exists_with_id".to_owned()), "{method}");
    }
}
