//! Applications over HTTP: every status and body of the contract, and that a change is active at once.

use serde_json::{Value, json};

use crate::http::graphql::payload;
use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code, with_keys};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;

const PATH: &str = "/api/applications";

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

async fn get(app: &TestApp, path: &str) -> Page {
    api_client(app, ROOT).get(path).await
}

/// An application as it is registered with the least that must be said.
async fn create(app: &TestApp, kind: &str) -> Value {
    let page = call(app, "POST", PATH, json!({ "name": "Shop", "type": kind })).await;
    assert_eq!(page.status, 200, "{}", page.html);
    body(&page)
}

fn path(id: &Value) -> String {
    format!("{PATH}/{}", id.as_str().unwrap())
}

#[tokio::test]
async fn an_application_has_the_documented_shape_and_defaults() {
    let app = start_with_keys(json!({})).await;
    let mut found = create(&app, "SPA").await;
    assert_eq!(found["id"].as_str().unwrap().len(), 21);
    found["id"] = "…".into();
    assert_eq!(
        found,
        json!({
            "tenantId": "default", "id": "…", "name": "Shop", "description": null, "type": "SPA",
            "oidcClientMetadata": { "redirectUris": [], "postLogoutRedirectUris": [], "backchannelLogoutSessionRequired": false },
            "customClientMetadata": { "corsAllowedOrigins": [], "idTokenTtl": 3600, "refreshTokenTtlInDays": 14,
                                      "rotateRefreshToken": true, "alwaysIssueRefreshToken": false },
            "isThirdParty": false, "isPublic": true, "customData": {}, "initiateLoginUri": null, "accessTokenTtl": 3600,
            "idTokenSigningAlg": "RS256", "managementApi": false, "createdAt": 1_700_000_000_000_i64,
        })
    );
}

#[tokio::test]
async fn a_secret_is_returned_only_when_created() {
    let app = start_with_keys(json!({})).await;
    let mut found = create(&app, "Traditional").await;
    let secret = found.as_object_mut().unwrap().remove("secret").unwrap();
    assert_eq!(secret.as_str().unwrap().len(), 43);
    let page = get(&app, &path(&found["id"])).await;
    assert_eq!((page.status, body(&page)), (200, found.clone()));
    assert!(rekey_core::apps::authenticate(
        &app.program().core,
        found["id"].as_str().unwrap(),
        &secret.as_str().unwrap().into()
    ));
    let rows = format!("{:?}", db_dump::all(&app).await);
    assert!(!rows.contains(secret.as_str().unwrap()));
}

#[tokio::test]
async fn fields_are_changed_one_by_one_and_null_is_the_default() {
    let app = start_with_keys(json!({})).await;
    let id = path(&create(&app, "Traditional").await["id"]);
    let patch = json!({
        "name": "Bazaar", "description": "Everything", "isThirdParty": true, "customData": { "team": "red" },
        "idTokenSigningAlg": "ES256", "accessTokenTtl": 600,
        "oidcClientMetadata": { "redirectUris": ["https://a.example/cb"], "backchannelLogoutUri": "https://a.example/out" },
        "customClientMetadata": { "corsAllowedOrigins": ["https://b.example"], "idTokenTtl": 60 },
    });
    let page = call(&app, "PATCH", &id, patch).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let page = call(
        &app,
        "PATCH",
        &id,
        json!({ "description": null, "customClientMetadata": { "idTokenTtl": null } }),
    )
    .await;
    let found = body(&page);
    assert_eq!(found, body(&get(&app, &id).await));
    assert_eq!(
        (&found["name"], &found["description"], &found["accessTokenTtl"]),
        (&json!("Bazaar"), &Value::Null, &json!(600))
    );
    assert_eq!(found["oidcClientMetadata"]["redirectUris"], json!(["https://a.example/cb"]));
    assert_eq!(found["customClientMetadata"]["idTokenTtl"], 3600);
    assert_eq!(
        (&found["customData"], &found["idTokenSigningAlg"]),
        (&json!({ "team": "red" }), &json!("ES256"))
    );
    let snapshot = app.program().core.snapshot();
    let known = snapshot.app(found["id"].as_str().unwrap()).unwrap();
    assert_eq!(known.origins(), ["https://a.example", "https://b.example"]);
}

/// Applications that can't be, and what is said of each.
fn invalid_bodies() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "type": "SPA" }), "name: missing"),
        (json!({ "name": "A" }), "type: missing"),
        (
            json!({ "name": "A", "type": "Web" }),
            "type: expected one of SPA, Native, Traditional, MachineToMachine",
        ),
        (json!({ "name": "A", "type": "SPA", "nmae": 1 }), "nmae: unknown key; did you mean name?"),
        (json!({ "name": "A", "type": "SPA", "secret": "x" }), "secret: unknown key"),
        (json!({ "name": "A", "type": "SPA", "redirectUris": [] }), "redirectUris: unknown key"),
        (
            json!({ "name": "A", "type": "SPA", "oidcClientMetadata": [] }),
            "oidcClientMetadata: expected an object",
        ),
        (
            json!({ "name": "A", "type": "SPA", "oidcClientMetadata": { "redirectUri": [] } }),
            "oidcClientMetadata.redirectUri: unknown key; did you mean redirectUris?",
        ),
        (
            json!({ "name": "A", "type": "SPA", "oidcClientMetadata": { "redirectUris": ["/x"] } }),
            "oidcClientMetadata.redirectUris[0]: expected an absolute https address",
        ),
        (
            json!({ "name": "A", "type": "SPA", "customClientMetadata": { "idTokenTtl": "1" } }),
            "customClientMetadata.idTokenTtl: expected a number",
        ),
        (
            json!({ "id": "ada000000001", "name": "A", "type": "SPA" }),
            "id: expected anything but 12 small letters and digits, which is what the ids of people look like",
        ),
    ]
}

#[tokio::test]
async fn every_problem_is_listed_with_its_path() {
    let app = start_with_keys(json!({})).await;
    app.new_user("ada@example.org").make().await;
    for (input, details) in invalid_bodies() {
        let page = call(&app, "POST", PATH, input.clone()).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{input}");
        assert_eq!(body(&page)["details"], details, "{input}");
    }
    assert_eq!(body(&get(&app, PATH).await), json!([]));
}

#[tokio::test]
async fn a_taken_application_id_is_refused() {
    let mut file = with_keys(json!({}));
    file["users"] = json!([{ "id": "ada", "username": "ada" }]);
    let app = TestApp::with(file).await;
    let page = call(&app, "POST", PATH, json!({ "id": "ada", "name": "A", "type": "SPA" })).await;
    assert_eq!(body(&page)["details"], "id: ada is the id of a person");
    let shop = json!({ "id": "shop", "name": "A", "type": "SPA" });
    assert_eq!(call(&app, "POST", PATH, shop.clone()).await.status, 200);
    let page = call(&app, "POST", PATH, shop).await;
    assert_eq!(status_and_code(&page), (422, "entity.unique_integrity_violation".to_owned()));
}

#[tokio::test]
async fn an_unknown_id_is_not_found() {
    let app = start_with_keys(json!({})).await;
    for (method, place) in [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/secrets"),
        ("POST", "/secrets"),
        ("DELETE", "/secrets/default"),
    ] {
        let page = call(&app, method, &format!("{PATH}/none{place}"), json!({ "name": "x" })).await;
        assert_eq!(status_and_code(&page), (404, "entity.not_exists_with_id".to_owned()), "{method} {place}");
    }
}

#[tokio::test]
async fn a_deleted_application_is_gone_with_its_secrets() {
    let app = start_with_keys(json!({})).await;
    let found = create(&app, "MachineToMachine").await;
    let page = call(&app, "DELETE", &path(&found["id"]), json!({})).await;
    assert_eq!((page.status, page.html.as_str()), (204, ""));
    assert_eq!(get(&app, &path(&found["id"])).await.status, 404);
    let snapshot = app.program().core.snapshot();
    assert!(snapshot.apps.is_empty() && snapshot.secrets.is_empty());
}

/// Its keys and its words would be another's one day, who is given the same id.
#[tokio::test]
async fn a_deleted_application_leaves_no_keys_and_no_templates() {
    let app = start_with_keys(json!({})).await;
    let found = create(&app, "SPA").await;
    let id = found["id"].as_str().unwrap().to_owned();
    let root = api_client(&app, ROOT);
    let key = "mutation($slug: String!) { createApiKey(projectSlug: $slug, description: \"its\",
        memberships: [{ role: \"login\", variables: [] }]) { ok error { code } } }";
    assert_eq!(payload(&root, key, json!({ "slug": id })).await["ok"], true);
    let mutation = "mutation($template: MailTemplate!) { addProjectMailTemplate(template: $template) { ok error { code } } }";
    let template = json!({ "projectSlug": id, "type": "RESET_PASSWORD_REQUEST", "subject": "s", "content": "<p>{{ token }}</p>" });
    assert_eq!(payload(&root, mutation, json!({ "template": template })).await["ok"], true);
    assert_eq!(call(&app, "DELETE", &path(&found["id"]), json!({})).await.status, 204);
    let on = "select count(*) from api_keys where app_id is not null and disabled_at is null";
    assert_eq!(db_dump::query_number(&app, on).await, 0);
    assert_eq!(db_dump::query_number(&app, "select count(*) from message_templates").await, 0);
}

#[tokio::test]
async fn secrets_are_added_listed_and_removed() {
    let app = start_with_keys(json!({})).await;
    let found = create(&app, "MachineToMachine").await;
    let place = format!("{}/secrets", path(&found["id"]));
    app.clock.advance(1);
    let page =
        call(&app, "POST", &place, json!({ "name": "next", "expiresAt": 1_800_000_000_000_i64 })).await;
    assert_eq!(page.status, 201, "{}", page.html);
    let mut added = body(&page);
    let value = added.as_object_mut().unwrap().remove("value").unwrap();
    assert_eq!(value.as_str().unwrap().len(), 43);
    let listed = body(&get(&app, &place).await);
    assert_eq!((listed[0]["name"].as_str(), &listed[1]), (Some("default"), &added));
    assert_eq!(status_and_code(&call(&app, "POST", &place, json!({ "name": "next" })).await).0, 422);
    for (input, details) in [
        (json!({ "name": "x", "expiresAt": 1 }), "expiresAt: expected a moment to come"),
        (json!({ "name": " " }), "name: expected 1 to 128 characters"),
        (json!({ "name": "x".repeat(129) }), "name: expected 1 to 128 characters"),
    ] {
        let page = call(&app, "POST", &place, input).await;
        assert_eq!((page.status, &body(&page)["details"]), (400, &json!(details)));
    }
    assert_eq!(call(&app, "DELETE", &format!("{place}/next"), json!({})).await.status, 204);
    assert_eq!(call(&app, "DELETE", &format!("{place}/next"), json!({})).await.status, 404);
    let public = format!("{}/secrets", path(&create(&app, "SPA").await["id"]));
    let page = call(&app, "POST", &public, json!({ "name": "x" })).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
}

#[tokio::test]
async fn lists_are_complete_or_paged() {
    let app = start_with_keys(json!({})).await;
    for (id, kind) in [("a", "SPA"), ("b", "Native"), ("c", "SPA")] {
        let input = json!({ "id": id, "name": format!("App {id}"), "type": kind });
        assert_eq!(call(&app, "POST", PATH, input).await.status, 200);
    }
    let ids = |page: &Page| -> Vec<String> {
        body(page).as_array().unwrap().iter().map(|app| app["id"].as_str().unwrap().to_owned()).collect()
    };
    let whole = get(&app, PATH).await;
    assert_eq!((ids(&whole), whole.header("total-number")), (vec!["a".into(), "b".into(), "c".into()], ""));
    assert_eq!(ids(&get(&app, "/api/applications?types=SPA").await), ["a", "c"]);
    assert_eq!(ids(&get(&app, "/api/applications?types=Native&types=Traditional").await), ["b"]);
    assert_eq!(ids(&get(&app, "/api/applications?search=%25app%20c%25").await), ["c"]);
    let page = get(&app, "/api/applications?types=SPA&page=2&page_size=1").await;
    assert_eq!((ids(&page), page.header("total-number")), (vec!["c".into()], "2"));
    let link = |rel: &str, number: u8| {
        format!("<{}/api/applications?types=SPA&page={number}&page_size=1>; rel=\"{rel}\"", app.origin)
    };
    assert_eq!(page.header("link"), [link("first", 1), link("prev", 1), link("last", 2)].join(", "));
    for bad in ["page=0", "page=x", "page_size=0", "page_size=101", "page=-1", "page=18446744073709551615"] {
        let page = get(&app, &format!("{PATH}?{bad}")).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_pagination".to_owned()), "{bad}");
    }
    assert!(ids(&get(&app, "/api/applications?page=2147483647").await).is_empty());
}

#[tokio::test]
async fn a_change_is_in_the_audit_log_with_its_application() {
    let app = start_with_keys(json!({})).await;
    let id = create(&app, "SPA").await["id"].as_str().unwrap().to_owned();
    app.clock.advance(1);
    call(&app, "PATCH", &format!("{PATH}/{id}"), json!({ "name": "B" })).await;
    let rows =
        app.run(|program| async move { rekey_core::audit::newest(&program.core, 2).await.unwrap() }).await;
    let read: Vec<_> = rows.iter().map(|row| (row.event.as_str(), row.result.as_str())).collect();
    assert_eq!(read, [("application_change", "changed"), ("application_change", "created")]);
    assert_eq!(rows[0].about.as_deref(), Some("root"));
    let rows = format!("{:?}", db_dump::all(&app).await["audit_log"]);
    assert!(rows.contains(&id), "{rows}");
}
