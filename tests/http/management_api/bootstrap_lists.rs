//! Webhooks and message templates of the bootstrap file: made, kept and deleted like its other entries.

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, with_keys};
use crate::support::app::TestApp;
use crate::support::page::Page;

const SUBJECT: &str = "Your code for Acme";

fn webhook(url: &str, key: &str) -> Value {
    json!({ "id": "audit", "name": "Audit", "events": ["User.Created"], "signingKey": key,
            "config": { "url": url, "headers": { "x-key": "hunter2" } } })
}

fn template(id: &str, language: &str, subject: &str) -> Value {
    json!({ "id": id, "templateType": "Generic", "languageTag": language,
            "details": { "subject": subject, "content": "<p>{{ code }}</p>" } })
}

async fn start(hooks: Value, templates: Value) -> TestApp {
    let mut input = with_keys(json!({}));
    input["hooks"] = hooks;
    input["mailTemplates"] = templates;
    TestApp::with(input).await
}

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

async fn get(app: &TestApp, path: &str) -> Value {
    body(&call(app, "GET", path, Value::Null).await)
}

#[tokio::test]
async fn a_webhook_of_the_file_is_made_changed_and_deleted_with_it() {
    let app = start(json!([webhook("http://127.0.0.1:9/one", "first-key")]), json!([])).await;
    let made = get(&app, "/api/hooks/audit").await;
    assert_eq!((&made["name"], &made["enabled"]), (&json!("Audit"), &json!(true)));
    assert_eq!(
        (&made["signingKey"], &made["config"]["url"]),
        (&json!("first-key"), &json!("http://127.0.0.1:9/one"))
    );
    // What the file sets is set again; what it does not say stays.
    call(&app, "PATCH", "/api/hooks/audit", json!({ "name": "Other", "enabled": false })).await;
    let app = app.restart_with(json!({ "hooks": [webhook("https://two.example/", "second-key")] })).await;
    let changed = get(&app, "/api/hooks/audit").await;
    assert_eq!((&changed["name"], &changed["enabled"]), (&json!("Audit"), &json!(false)), "disabled stays");
    assert_eq!((&changed["signingKey"], &changed["createdAt"]), (&json!("second-key"), &made["createdAt"]));
    let page = call(
        &app,
        "POST",
        "/api/hooks",
        json!({ "events": ["PostSignIn"], "config": { "url": "https://x.example/" } }),
    )
    .await;
    assert_eq!(page.status, 201);
    let app = app.restart_with(json!({ "hooks": [] })).await;
    assert_eq!(call(&app, "GET", "/api/hooks/audit", Value::Null).await.status, 404);
    assert_eq!(get(&app, "/api/hooks").await.as_array().unwrap().len(), 1, "that of the API stays");
}

#[tokio::test]
async fn a_restart_with_the_same_file_changes_no_webhook() {
    let file = json!([webhook("http://127.0.0.1:9/", "first-key")]);
    let app = start(file, json!([])).await;
    let before = get(&app, "/api/hooks/audit").await;
    let app = app.second_instance().await;
    assert_eq!(get(&app, "/api/hooks/audit").await, before);
    let log = call(&app, "GET", "/api/logs?logKey=hook_change", Value::Null).await;
    assert_eq!(body(&log), json!([]), "the first start sets up, and the second changes nothing");
}

/// The file may name http and private addresses; an API client may change something else of that webhook, and
/// may not aim another one there.
#[tokio::test]
async fn a_private_address_of_the_file_is_the_files_alone() {
    let url = "http://127.0.0.1:9/one";
    let app = start(json!([webhook(url, "first-key")]), json!([])).await;
    let page = call(&app, "PATCH", "/api/hooks/audit", json!({ "name": "Other" })).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let page =
        call(&app, "POST", "/api/hooks", json!({ "events": ["PostSignIn"], "config": { "url": url } })).await;
    assert_eq!(page.status, 400, "{}", page.html);
}

#[tokio::test]
async fn a_template_of_the_file_is_used_and_deleted_with_it() {
    let app = start(json!([]), json!([template("code", "en", SUBJECT)])).await;
    let made = get(&app, "/api/email-templates/code").await;
    assert_eq!((&made["templateType"], &made["details"]["subject"]), (&json!("Generic"), &json!(SUBJECT)));
    let page = call(&app, "POST", "/api/verification-codes", json!({ "email": "ada@example.org" })).await;
    assert_eq!(page.status, 204, "{}", page.html);
    app.deliver().await;
    assert_eq!(app.inbox_of("ada@example.org").await.newest().rendered.subject, SUBJECT);
    let app = app.restart_with(json!({ "mailTemplates": [template("code", "de", "Anders")] })).await;
    assert_eq!(
        get(&app, "/api/email-templates/code").await["languageTag"],
        "de",
        "an entry may change its message"
    );
    let app = app.restart_with(json!({ "mailTemplates": [] })).await;
    assert_eq!(get(&app, "/api/email-templates").await, json!([]));
}

#[tokio::test]
async fn a_template_of_the_file_takes_the_place_of_that_of_the_api() {
    let app = start(json!([]), json!([])).await;
    let given = json!({ "templates": [{ "templateType": "Generic", "languageTag": "en",
                                        "details": { "subject": "By the API", "content": "<p>{{ code }}</p>" } }] });
    assert_eq!(call(&app, "PUT", "/api/email-templates", given).await.status, 200);
    let files = json!([template("one", "en", SUBJECT), template("two", "de", "Ihr Code")]);
    let app = app.restart_with(json!({ "mailTemplates": files })).await;
    let all = get(&app, "/api/email-templates").await;
    let ids: Vec<&str> = all.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["one", "two"]);
    let swapped = json!([template("one", "de", "Ihr Code"), template("two", "en", SUBJECT)]);
    let app = app.restart_with(json!({ "mailTemplates": swapped })).await;
    assert_eq!(get(&app, "/api/email-templates/two").await["details"]["subject"], SUBJECT);
    assert_eq!(get(&app, "/api/email-templates").await.as_array().unwrap().len(), 2);
}
