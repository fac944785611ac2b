//! Which apps may use the Management API: those that the operator allowed, and no third-party app.

use serde_json::{Value, json};

use super::{output_text, rewrite, run};
use crate::http::oidc::{SECRET, settings_with_apps, start_with};
use crate::http::{ROOT, api_client, body, send, status_and_code};
use crate::support::app::TestApp;
use crate::support::client::{Client, Tokens};
use crate::support::db_dump;
use crate::support::page::Page;
use crate::support::server_process::ServerFixture;

const ALL: &str = "/api/applications";

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

/// The status with which the Management API answers this machine, or that of its token.
async fn management_status(app: &TestApp, id: &str, secret: &str) -> u16 {
    let form = [
        ("grant_type", "client_credentials"),
        ("resource", "https://default.logto.app/api"),
        ("scope", "all"),
    ];
    let page = Client::of(app, id).with_secret(secret).post_form("/oidc/token", &form).await;
    match page.status {
        200 => api_client(app, &Tokens::of(&page).access).get("/api/sign-in-exp").await.status,
        status => status,
    }
}

#[tokio::test]
async fn an_api_client_manages_only_when_it_was_allowed() {
    let mut input = settings_with_apps();
    input["applications"] = json!([
        { "id": "silent", "name": "Machine", "type": "MachineToMachine", "secret": SECRET },
        { "id": "closed", "name": "Machine", "type": "MachineToMachine", "secret": SECRET, "managementApi": false },
        { "id": "open", "name": "Machine", "type": "MachineToMachine", "secret": SECRET, "managementApi": true },
        { "id": "shop", "name": "Shop", "type": "SPA" },
    ]);
    let (app, _) = start_with(input).await;
    for (id, status) in [("silent", 400), ("closed", 400), ("open", 200)] {
        assert_eq!(management_status(&app, id, SECRET).await, status, "{id}");
    }
    let made = body(&call(&app, "POST", ALL, json!({ "name": "Made", "type": "MachineToMachine" })).await);
    assert_eq!(made["managementApi"], false);
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    assert_eq!(management_status(&app, id, secret).await, 400);
    let path = format!("{ALL}/{id}");
    assert_eq!(call(&app, "PATCH", &path, json!({ "managementApi": true })).await.status, 200);
    assert_eq!(management_status(&app, id, secret).await, 200);
    assert_eq!(call(&app, "PATCH", &path, json!({ "managementApi": null })).await.status, 200);
    assert_eq!(management_status(&app, id, secret).await, 400, "null is the default");
    for (how, count) in [("management_allowed", 2), ("management_ended", 1)] {
        let entries = db_dump::all(&app).await["audit_log"].iter().filter(|row| row.contains(how)).count();
        assert_eq!(entries, count, "{how}: those of the file are entries too");
    }
}

#[tokio::test]
async fn a_third_party_app_can_not_be_allowed_to_manage() {
    let (app, _) = start_with(settings_with_apps()).await;
    let theirs =
        json!({ "name": "Theirs", "type": "MachineToMachine", "isThirdParty": true, "managementApi": true });
    let page = call(&app, "POST", ALL, theirs.clone()).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{}", page.html);
    assert!(body(&page)["details"].as_str().unwrap().starts_with("managementApi: expected false"));
    for change in [json!({ "isThirdParty": true }), json!({ "isThirdParty": true, "managementApi": true })] {
        let page = call(&app, "PATCH", &format!("{ALL}/machine"), change).await;
        assert!(
            body(&page)["details"].as_str().unwrap().starts_with("managementApi: expected false"),
            "{}",
            page.html
        );
    }
    let mut file = json!({ "applications": [theirs] });
    file["applications"][0]["id"] = json!("theirs");
    let refused = rekey_adapters::bootstrap::Bootstrap::from_value(file).unwrap_err().to_string();
    assert!(refused.starts_with("applications[0].managementApi: expected false"), "{refused}");
}

/// The default of older versions was to let every machine in, and stood written out in its document.
#[tokio::test]
async fn an_api_client_of_an_older_version_has_to_be_allowed_first() {
    let (app, _) = start_with(settings_with_apps()).await;
    rewrite(&app, "\"managementApi\":true,", "").await;
    rewrite(&app, "\"managementApi\":false,", "").await;
    app.run(|program| async move { program.reload_settings().await.unwrap() }).await;
    assert_eq!(management_status(&app, "machine", SECRET).await, 400);
    let lost = app
        .run(|program| async move { rekey_core::apps::list_undecided(&program.core).await.unwrap() })
        .await;
    assert_eq!(lost, ["lesser", "machine"], "the log names them at the start");
    let page = call(&app, "PATCH", &format!("{ALL}/machine"), json!({ "managementApi": true })).await;
    assert_eq!(page.status, 200);
    assert_eq!(management_status(&app, "machine", SECRET).await, 200);
}

#[tokio::test]
async fn check_lists_the_apps_that_may_manage() {
    let home = ServerFixture::new().await;
    drop(home.start(true).await);
    let file = json!({ "applications": [
        { "id": "ops", "name": "Ops", "type": "MachineToMachine", "secret": SECRET, "managementApi": true },
        { "id": "quiet", "name": "Quiet", "type": "MachineToMachine", "secret": SECRET },
    ] });
    let answer = output_text(&run(&home, &["check"], Some(&file)).await);
    assert!(
        answer.contains("may use the Management API: machine, ops"),
        "the stored one and that of the file: {answer}"
    );
}
