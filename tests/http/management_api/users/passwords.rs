//! Passwords that API clients set and check.

use serde_json::{Value, json};

use super::{body, call, create, path, sign_in_status, start_with_keys, status_and_code};

#[tokio::test]
async fn a_password_is_set_without_the_policy_and_ends_no_session() {
    let app = start_with_keys(json!({})).await;
    let ada = create(&app, json!({ "primaryEmail": "ada@example.org" })).await;
    assert_eq!(
        body(&call(&app, "GET", &path(&ada, "/has-password"), Value::Null).await),
        json!({ "hasPassword": false })
    );
    let page = call(&app, "PATCH", &path(&ada, "/password"), json!({ "password": "1" })).await;
    assert_eq!((page.status, &body(&page)["hasPassword"]), (200, &json!(true)));
    assert_eq!(
        body(&call(&app, "GET", &path(&ada, "/has-password"), Value::Null).await),
        json!({ "hasPassword": true })
    );
    let browser = app.browser();
    browser
        .get("/sign-in")
        .await
        .fill("identifier", "ada@example.org")
        .fill("password", "1")
        .submit()
        .await
        .redirects_to("/account");
    call(&app, "PATCH", &path(&ada, "/password"), json!({ "password": "2" })).await;
    assert_eq!(browser.get("/account").await.status, 200);
    assert_eq!(
        (
            sign_in_status(&app, "ada@example.org", "1").await,
            sign_in_status(&app, "ada@example.org", "2").await
        ),
        (422, 303)
    );
    assert_eq!(app.deliver().await, 0, "nobody is told");
    for input in [json!({}), json!({ "password": "" }), json!({ "password": null }), json!({ "password": 1 })]
    {
        assert_eq!(
            status_and_code(&call(&app, "PATCH", &path(&ada, "/password"), input).await),
            (400, "guard.invalid_input".to_owned())
        );
    }
}

#[tokio::test]
async fn a_password_is_checked_and_wrong_ones_lock() {
    let app = start_with_keys(
        json!({ "throttle": { "signInFailures": { "limit": 3, "window": 60, "lock": 60 } } }),
    )
    .await;
    let ada =
        create(&app, json!({ "primaryEmail": "ada@example.org", "password": "a first password" })).await;
    let none = create(&app, json!({ "primaryEmail": "bob@example.org" })).await;
    let check = async |user: &Value, password: &str| {
        let page = call(&app, "POST", &path(user, "/password/verify"), json!({ "password": password })).await;
        if page.status == 204 { (204, String::new()) } else { status_and_code(&page) }
    };
    let wrong = (422, "session.invalid_credentials".to_owned());
    assert_eq!(check(&ada, "a first password").await, (204, String::new()));
    assert_eq!(check(&none, "a first password").await, wrong);
    assert_eq!(check(&ada, "").await, (400, "guard.invalid_input".to_owned()));
    assert_eq!((check(&ada, "x").await, check(&ada, "y").await), (wrong.clone(), wrong));
    let locked = (429, "request.rate_limited".to_owned());
    assert_eq!((check(&ada, "z").await, check(&ada, "a first password").await), (locked.clone(), locked));
    let input = json!({ "targetType": "User", "targets": ["ada@example.org"] });
    assert_eq!(call(&app, "POST", "/api/sentinel-activities/delete", input).await.status, 204);
    assert_eq!(check(&ada, "a first password").await, (204, String::new()));
}

#[tokio::test]
async fn passwords_do_not_expire() {
    let app = start_with_keys(json!({})).await;
    let ada = create(&app, json!({})).await;
    let page = call(&app, "PATCH", &path(&ada, "/password/expiration"), json!({ "isExpired": true })).await;
    assert_eq!(
        status_and_code(&page),
        (400, "sign_in_experiences.password_expiration_not_enabled".to_owned())
    );
}

#[tokio::test]
async fn an_unlock_reports_invalid_targets() {
    let app = start_with_keys(json!({})).await;
    for (input, details) in [
        (json!({ "targetType": "User", "targets": [] }), "targets: expected 1 to 20"),
        (
            json!({ "targetType": "User", "targets": ["ada@example.org", "?"] }),
            "targets[1]: expected an address, a number or a username",
        ),
        (json!({ "targetType": "App", "targets": ["ada"] }), "targetType: expected one of User"),
        (json!({ "targets": ["ada"] }), "targetType: missing"),
    ] {
        let page = call(&app, "POST", "/api/sentinel-activities/delete", input).await;
        assert_eq!((page.status, body(&page)["details"].as_str().unwrap()), (400, details));
    }
}
