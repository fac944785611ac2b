//! Sessions of users: listed and ended by API clients.

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::people::TestUser;

/// Somebody, and two browsers in which they are signed in.
async fn signed_in_twice(app: &TestApp) -> (TestUser, [Browser; 2]) {
    let ada = app.new_user("ada@example.org").with_password("a first password").make().await;
    let browsers = [app.browser(), app.browser()];
    for browser in &browsers {
        let page = browser.get("/sign-in").await.fill("identifier", &ada.email);
        page.fill("password", &ada.password).submit().await.redirects_to("/account");
        app.clock.advance(1);
    }
    (ada, browsers)
}

async fn sessions(app: &TestApp, id: &str) -> Vec<Value> {
    let page = api_client(app, ROOT).get(&format!("/api/users/{id}/sessions")).await;
    assert_eq!(page.status, 200, "{}", page.html);
    body(&page)["sessions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one() {
    let app = start_with_keys(json!({})).await;
    let (ada, [first, second]) = signed_in_twice(&app).await;
    let found = sessions(&app, &ada.id).await;
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["createdAt"], 1_700_000_001_000_i64, "last seen first");
    assert_eq!(
        (&found[0]["accountId"], &found[0]["payload"]["loginTs"]),
        (&json!(ada.id), &json!(1_700_000_001))
    );
    let place = format!("/api/users/{}/sessions/{}", ada.id, found[0]["payload"]["uid"].as_str().unwrap());
    assert_eq!(send(&api_client(&app, ROOT), "DELETE", &place, &json!({})).await.status, 204);
    assert_eq!(first.get("/account").await.status, 200);
    second.get("/account").await.redirects_to("/sign-in");
    let again = send(&api_client(&app, ROOT), "DELETE", &place, &json!({})).await;
    assert_eq!(status_and_code(&again), (404, "entity.not_exists_with_id".to_owned()));
}

#[tokio::test]
async fn all_sessions_are_ended_at_once() {
    let app = start_with_keys(json!({})).await;
    let (ada, browsers) = signed_in_twice(&app).await;
    let place = format!("/api/users/{}/sessions", ada.id);
    let page = send(
        &api_client(&app, ROOT),
        "DELETE",
        &format!("{place}?revokeGrantsTarget=firstParty"),
        &json!({}),
    )
    .await;
    assert_eq!(
        (status_and_code(&page).0, body(&page)["details"].clone()),
        (400, json!("revokeGrantsTarget: expected all"))
    );
    assert_eq!(sessions(&app, &ada.id).await.len(), 2);
    assert_eq!(send(&api_client(&app, ROOT), "DELETE", &place, &json!({})).await.status, 204);
    for browser in &browsers {
        browser.get("/account").await.redirects_to("/sign-in");
    }
    assert!(sessions(&app, &ada.id).await.is_empty());
    let rows =
        app.run(|program| async move { rekey_core::audit::newest(&program.core, 1).await.unwrap() }).await;
    assert_eq!((rows[0].event.as_str(), rows[0].user_id.clone()), ("session_end", Some(ada.id)));
}

#[tokio::test]
async fn a_session_of_another_user_is_not_found() {
    let app = start_with_keys(json!({})).await;
    let (ada, [first, _]) = signed_in_twice(&app).await;
    let grace = app.new_user("grace@example.org").make().await;
    let id = sessions(&app, &ada.id).await[1]["payload"]["uid"].as_str().unwrap().to_owned();
    for (method, place) in [
        ("DELETE", format!("/api/users/{}/sessions/{id}", grace.id)),
        ("DELETE", format!("/api/users/none/sessions/{id}")),
        ("DELETE", "/api/users/none/sessions".to_owned()),
        ("GET", "/api/users/none/sessions".to_owned()),
    ] {
        let page = send(&api_client(&app, ROOT), method, &place, &json!({})).await;
        assert_eq!(status_and_code(&page), (404, "entity.not_exists_with_id".to_owned()), "{method} {place}");
    }
    assert_eq!(first.get("/account").await.status, 200);
}
