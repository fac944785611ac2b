//! Lists of users: pages and searches. And the audit log, which is read in the same way.

use serde_json::{Value, json};

use super::{body, call, create, start_with_keys, status_and_code};
use crate::support::app::TestApp;

/// The names of those who are found.
async fn search(app: &TestApp, query: &str) -> Vec<String> {
    let page = call(app, "GET", &format!("/api/users?{query}"), Value::Null).await;
    assert_eq!(page.status, 200, "{query}: {}", page.html);
    body(&page).as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap_or("-").to_owned()).collect()
}

async fn create_users(app: &TestApp) {
    for input in [
        json!({ "name": "Ada Lovelace", "primaryEmail": "ada@example.org", "primaryPhone": "+12025550134", "username": "ada" }),
        json!({ "name": "Adam Smith", "primaryEmail": "smith@example.org", "primaryPhone": "+12025550199" }),
        json!({ "name": "Élise", "primaryEmail": "elise@example.org", "username": "adagio_x" }),
        json!({ "name": "Bob", "primaryEmail": "bob@example.com", "primaryPhone": "+4915112345678" }),
    ] {
        create(app, input).await;
        app.clock.advance(1);
    }
}

#[tokio::test]
async fn users_are_found_by_exact_value_or_prefix_of_any_field() {
    let app = start_with_keys(json!({})).await;
    create_users(&app).await;
    for (query, expected) in [
        ("search=ada%25", vec!["Ada Lovelace", "Adam Smith", "Élise"]),
        ("search=ADA%25", vec!["Ada Lovelace", "Adam Smith", "Élise"]),
        ("search=ada", vec!["Ada Lovelace"]),
        ("search=Ada@Example.ORG", vec!["Ada Lovelace"]),
        ("search=%2B1%20202%25", vec!["Ada Lovelace", "Adam Smith"]),
        ("search=4915112345678", vec!["Bob"]),
        ("search=%C3%A9l%25", vec!["Élise"]),
        ("search.name=ada%25", vec!["Ada Lovelace", "Adam Smith"]),
        ("search.username=ada%25", vec!["Ada Lovelace", "Élise"]),
        ("search.primaryEmail=b%25", vec!["Bob"]),
        ("search.primaryPhone=1202555013%25", vec!["Ada Lovelace"]),
        ("search=lovelace%25", vec![]),
        ("search=nobody", vec![]),
    ] {
        assert_eq!(search(&app, query).await, expected, "{query}");
    }
    let id = body(&call(&app, "GET", "/api/users?search=bob%25", Value::Null).await)[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(search(&app, &format!("search={id}")).await, ["Bob"]);
    assert_eq!(search(&app, &format!("search.id={id}")).await, ["Bob"]);
}

#[tokio::test]
async fn changed_users_are_found_by_their_new_values() {
    let app = start_with_keys(json!({})).await;
    let ada = create(&app, json!({ "name": "Ada", "primaryEmail": "ada@example.org" })).await;
    call(
        &app,
        "PATCH",
        &super::path(&ada, ""),
        json!({ "name": "Lovelace", "primaryEmail": "l@example.org" }),
    )
    .await;
    assert_eq!(
        (search(&app, "search=ada%25").await.len(), search(&app, "search=l%25").await),
        (0, vec!["Lovelace".to_owned()])
    );
}

#[tokio::test]
async fn a_list_is_paged_with_links() {
    let app = start_with_keys(json!({})).await;
    create_users(&app).await;
    assert_eq!(search(&app, "").await, ["Ada Lovelace", "Adam Smith", "Élise", "Bob"]);
    let page = call(&app, "GET", "/api/users?page=2&page_size=3", Value::Null).await;
    assert_eq!((page.header("total-number"), page.header("total-number-is-capped")), ("4", ""));
    assert!(page.header("link").contains("page=1&page_size=3>; rel=\"prev\""), "{}", page.header("link"));
    assert_eq!(body(&page)[0]["name"], "Bob");
    assert!(search(&app, "page=999999999").await.is_empty());
    let page = call(&app, "GET", "/api/users?search=ada%25&page_size=2", Value::Null).await;
    assert_eq!((page.header("total-number"), body(&page).as_array().unwrap().len()), ("3", 2));
}

#[tokio::test]
async fn an_unsupported_search_is_refused_by_name() {
    let app = start_with_keys(json!({})).await;
    for query in [
        "search=%25ada",
        "search=",
        "search=%25",
        "search=a&search.name=b",
        "search.avatar=x",
        "mode=exact",
        "joint=or",
        "search=a%25b",
    ] {
        let page = call(&app, "GET", &format!("/api/users?{query}"), Value::Null).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{query}");
        assert!(
            body(&page)["details"].as_str().unwrap().starts_with(query.split('=').next().unwrap()),
            "{}",
            page.html
        );
    }
    for query in ["page=0", "page_size=101", "page=x"] {
        assert_eq!(
            status_and_code(&call(&app, "GET", &format!("/api/users?{query}"), Value::Null).await),
            (400, "guard.invalid_pagination".to_owned())
        );
    }
}

#[tokio::test]
async fn users_of_an_older_schema_are_found_after_the_next_sweep() {
    let app = start_with_keys(json!({})).await;
    create_users(&app).await;
    let mut tx = app.database.store.write().await.unwrap();
    let older =
        "update users set email_order = null, username_order = null, name_order = null, is_ordered = false";
    tx.run(older, rekey_core::args![]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(search(&app, "search=ada%25").await.is_empty());
    app.run(|program| async move { rekey_core::maintenance::sweep(&program.core).await.unwrap() }).await;
    assert_eq!(search(&app, "search=ada%25").await.len(), 3);
}

#[tokio::test]
async fn the_audit_log_is_read_by_user_app_key_and_time() {
    let app = start_with_keys(json!({})).await;
    let ada = app.new_user("ada@example.org").with_password("a first password").make().await;
    for password in ["not this one", "a first password"] {
        let page = app.browser().get("/sign-in").await.fill("identifier", "ada@example.org");
        page.fill("password", password).submit().await;
        app.clock.advance(1);
    }
    let logs = async |query: &str| body(&call(&app, "GET", &format!("/api/logs?{query}"), Value::Null).await);
    let all = logs(&format!("userId={}", ada.id)).await;
    let results: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|log| (log["key"].as_str().unwrap(), log["payload"]["result"].as_str().unwrap()))
        .collect();
    assert_eq!(results, [("Interaction.SignIn.Submit", "Success"), ("Interaction.SignIn.Submit", "Error")]);
    assert_eq!(
        (&all[1]["payload"]["error"], &all[1]["payload"]["ip"]),
        (&json!("credentials.wrong"), &json!("127.0.0.1"))
    );
    let id = all[0]["id"].as_str().unwrap();
    assert_eq!(body(&call(&app, "GET", &format!("/api/logs/{id}"), Value::Null).await), all[0]);
    assert_eq!(
        status_and_code(&call(&app, "GET", "/api/logs/nothing", Value::Null).await),
        (404, "entity.not_exists_with_id".to_owned())
    );
}

#[tokio::test]
async fn the_audit_log_is_filtered_by_each_parameter() {
    let app = start_with_keys(json!({})).await;
    app.new_user("ada@example.org").with_password("a first password").make().await;
    for password in ["not this one", "a first password"] {
        let page = app.browser().get("/sign-in").await.fill("identifier", "ada@example.org");
        page.fill("password", password).submit().await;
        app.clock.advance(1);
    }
    let logs = async |query: &str| body(&call(&app, "GET", &format!("/api/logs?{query}"), Value::Null).await);
    for (query, count) in [
        ("logKey=Interaction.SignIn.Submit", 2),
        ("logKey=Interaction.SignIn", 2),
        ("logKey=Interaction.", 2),
        ("logKey=Interaction.SignIn.Submits", 0),
        ("logKey=Interaction.ForgotPassword", 0),
        ("logKey=interaction.", 0),
        ("logKey=sign_in", 2),
        ("logKey=sign_in&start_time=1700000001000", 1),
        ("logKey=sign_in&end_time=1700000001000", 1),
        ("logKey=nothing", 0),
        ("applicationId=shop", 0),
        ("logKey=sign_in&page=2&page_size=1", 1),
        ("logKey=sign_in&page=9", 0),
    ] {
        assert_eq!(logs(query).await.as_array().unwrap().len(), count, "{query}");
    }
    assert_eq!(status_and_code(&call(&app, "GET", "/api/logs?start_time=x", Value::Null).await).0, 400);
}

#[tokio::test]
async fn a_cursor_lists_every_user_once() {
    let app = start_with_keys(json!({})).await;
    create_users(&app).await;
    let (mut path, mut seen) = ("/api/users?cursor=&page_size=3".to_owned(), Vec::new());
    while !path.is_empty() {
        let page = call(&app, "GET", &path, Value::Null).await;
        assert_eq!((page.status, page.header("total-number")), (200, ""), "{}", page.html);
        seen.extend(
            body(&page).as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()),
        );
        let link = page.header("link").to_owned();
        let next = link.strip_suffix("; rel=\"next\"").map(|link| link.trim_matches(['<', '>']).to_owned());
        path = next.map(|link| link.strip_prefix(&app.origin).unwrap().to_owned()).unwrap_or_default();
    }
    assert_eq!(seen, ["Ada Lovelace", "Adam Smith", "Élise", "Bob"]);
    for query in [
        "cursor=a%20b",
        "cursor=&page=1",
        "cursor=&search=ada",
        "cursor=&page_size=101",
        "cursor=&page_size=0",
    ] {
        let page = call(&app, "GET", &format!("/api/users?{query}"), Value::Null).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_pagination".to_owned()), "{query}");
    }
}
