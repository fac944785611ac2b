//! A file of this machine is named by the bootstrap file alone: an API caller aims a mail connector at none,
//! whatever the settings allow, and learns of none whether it is there.

use std::path::Path;

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, status_and_code, with_keys};
use crate::support::app::TestApp;
use crate::support::database::Folder;
use crate::support::page::Page;

const SMTP: &str = "simple-mail-transfer-protocol";
/// A certificate of an authority, as an operator has one.
const PEM: &str = include_str!("../../fixtures/authority.pem");

fn config(ca: &Path) -> Value {
    json!({ "host": "mail.example", "port": 465, "secure": true, "fromEmail": "a@b.example",
        "auth": { "user": "ada", "pass": "open sesame" }, "tls": { "caFile": ca } })
}

fn without_file() -> Value {
    let mut config = config(Path::new("/"));
    config.as_object_mut().unwrap().remove("tls");
    config
}

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    app.clock.advance(60);
    send(&api_client(app, ROOT), method, path, &input).await
}

async fn program(allows_private: bool, connectors: Value) -> TestApp {
    let mut input = with_keys(json!({ "outbound": { "allowPrivateAddresses": allows_private } }));
    input["connectors"] = connectors;
    TestApp::with(input).await
}

/// One file with certificates, one with something else, none, and a folder.
fn candidate_paths(folder: &Folder) -> [std::path::PathBuf; 4] {
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("ca.pem"), PEM).unwrap();
    std::fs::write(at("secret.key"), "0123456789abcdef").unwrap();
    [at("ca.pem"), at("secret.key"), at("nowhere.pem"), folder.path().to_owned()]
}

#[tokio::test]
async fn no_api_call_points_a_connector_at_a_file() {
    let folder = Folder::fresh();
    for allows_private in [false, true] {
        let app = program(allows_private, json!([])).await;
        let stored = json!({ "connectorId": SMTP, "id": "kept", "config": without_file() });
        assert_eq!(call(&app, "POST", "/api/connectors", stored).await.status, 200);
        for place in candidate_paths(&folder) {
            let made = json!({ "connectorId": SMTP, "id": "mail", "config": config(&place) });
            let test = json!({ "email": "ada@example.org", "config": config(&place) });
            let mut masked = config(&place);
            masked["auth"] = json!("******");
            for (method, path, input) in [
                ("POST", "/api/connectors".to_owned(), made),
                ("POST", format!("/api/connectors/{SMTP}/test"), test),
                ("PATCH", "/api/connectors/kept".to_owned(), json!({ "config": config(&place) })),
                ("PATCH", "/api/connectors/kept".to_owned(), json!({ "config": masked })),
            ] {
                let page = call(&app, method, &path, input).await;
                let answer =
                    (status_and_code(&page), body(&page)["details"].as_str().unwrap_or_default().to_owned());
                let expected =
                    "config.tls.caFile: a file of this machine can be named by the bootstrap file only";
                let at = format!("{method} {path} {allows_private} {place:?}");
                assert_eq!(
                    answer,
                    ((400, "connector.invalid_config".to_owned()), expected.to_owned()),
                    "{at}"
                );
            }
        }
    }
}

/// What the file named stays as long as the settings are the file's; whoever changes them can't keep it.
#[tokio::test]
async fn the_bootstrap_file_may_name_one() {
    let folder = Folder::fresh();
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, PEM).unwrap();
    let spec = json!([{ "id": "mail", "connectorId": SMTP, "type": "Email", "config": config(&authority) }]);
    let app = program(false, spec).await;
    assert_eq!(call(&app, "PATCH", "/api/connectors/mail", json!({ "priority": 2 })).await.status, 200);
    let mut changed = config(&authority);
    (changed["auth"], changed["fromEmail"]) = (json!("******"), json!("other@b.example"));
    let page = call(&app, "PATCH", "/api/connectors/mail", json!({ "config": changed })).await;
    assert_eq!(page.status, 400, "{}", page.html);
    assert!(page.html.contains("config.tls.caFile"), "{}", page.html);
    let mut dropped = without_file();
    dropped["auth"] = json!("******");
    let page = call(&app, "PATCH", "/api/connectors/mail", json!({ "config": dropped })).await;
    assert_eq!(page.status, 200, "the same server, so its secret is kept: {}", page.html);
}
