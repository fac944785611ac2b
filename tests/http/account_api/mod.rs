//! The API for the apps of a signed-in person, row by row of its contract, over HTTP.

mod access;
mod addresses;
mod password;
mod profile;
mod sessions;
mod verifications;

use serde_json::{Value, json};

use super::{body, send, status_and_code};
use crate::http::oidc::{PASSWORD, settings_with_apps};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::Client;
use crate::support::page::Page;
use crate::support::people::TestUser;

/// Everything that an app may ask for.
pub(crate) const EVERYTHING: &str = "openid profile email phone custom_data address urn:logto:scope:sessions";
pub(crate) const ACCOUNT: &str = "/api/my-account";
pub(crate) const NEW_PASSWORD: &str = "/api/my-account/password";
pub(crate) const EMAIL: &str = "/api/my-account/primary-email";
pub(crate) const PHONE: &str = "/api/my-account/primary-phone";
pub(crate) const PROVE: &str = "/api/verifications/password";
pub(crate) const SEND: &str = "/api/verifications/verification-code";
pub(crate) const VERIFY: &str = "/api/verifications/verification-code/verify";

/// Settings under which people may change everything that this version has, over apps that everybody knows.
pub(crate) fn everything_editable() -> Value {
    let mut input = settings_with_apps();
    input["settings"]["accountCenter"] = json!({ "fields": {
        "name": "Edit", "avatar": "Edit", "profile": "Edit", "email": "Edit", "phone": "Edit",
        "username": "Edit", "customData": "Edit", "session": "Edit",
    } });
    input
}

pub(crate) async fn start(input: Value) -> (TestApp, TestUser) {
    let app = TestApp::with(input).await;
    let ada = app.new_user("ada@example.org").with_password(PASSWORD).make().await;
    (app, ada)
}

/// The app of a person, with the token that it got for them.
#[derive(Clone)]
pub(crate) struct MyAccountClient {
    app: Browser,
}

impl MyAccountClient {
    /// The person signs in to the shop, with these scopes.
    pub(crate) async fn sign_in(app: &TestApp, user: &TestUser, scope: &str) -> Self {
        let tokens = Client::of(app, "shop").sign_in(&app.browser(), user, &[("scope", scope)]).await;
        Self::with_token(app, &tokens.access)
    }

    fn with_token(app: &TestApp, token: &str) -> Self {
        Self { app: super::api_client(app, token) }
    }

    /// The same, from this network behind a proxy that is trusted.
    pub(crate) fn in_network(&self, address: &str) -> Self {
        Self { app: self.app.clone().with_header("x-forwarded-for", address) }
    }

    /// The same, naming this record.
    pub(crate) fn with_record(&self, record: &str) -> Self {
        Self { app: self.app.clone().with_header("logto-verification-id", record) }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.app.get(path).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> Page {
        send(&self.app, method, path, body).await
    }

    /// The record of a right password.
    pub(crate) async fn reauthenticate(&self, password: &str) -> String {
        let page = self.send("POST", PROVE, &json!({ "password": password })).await;
        assert_eq!(page.status, 201, "{}", page.html);
        record_id(&page)
    }

    /// Asks for a code for this address.
    pub(crate) async fn send_code(&self, address: &str) -> String {
        let page = self.send("POST", SEND, &json!({ "identifier": identifier(address) })).await;
        assert_eq!(page.status, 201, "{}", page.html);
        record_id(&page)
    }

    pub(crate) async fn verify_code(&self, address: &str, record: &str, code: &str) -> Page {
        let body = json!({ "identifier": identifier(address), "verificationId": record, "code": code });
        self.send("POST", VERIFY, &body).await
    }

    /// The record of a right code for this address.
    pub(crate) async fn verify_address(&self, app: &TestApp, address: &str) -> String {
        let record = self.send_code(address).await;
        let code = app.inbox_of(address.trim_start_matches('+')).await.code();
        assert_eq!(self.verify_code(address, &record, &code).await.status, 200);
        record
    }
}

/// Sends all of these at once; the answers in no order.
async fn send_concurrently(calls: Vec<(MyAccountClient, &'static str, &'static str, Value)>) -> Vec<Page> {
    let mut sent = tokio::task::JoinSet::new();
    for (account_client, method, path, body) in calls {
        sent.spawn(async move { account_client.send(method, path, &body).await });
    }
    sent.join_all().await
}

fn identifier(address: &str) -> Value {
    json!({ "type": if address.contains('@') { "email" } else { "phone" }, "value": address })
}

pub(crate) fn record_id(page: &Page) -> String {
    body(page)["verificationRecordId"].as_str().unwrap().to_owned()
}

fn assert_refused(page: &Page, status: u16, code: &str) {
    assert_eq!(status_and_code(page), (status, code.to_owned()), "{}", page.html);
}

/// Runs one statement about Ada.
async fn execute(app: &TestApp, sql: &'static str) {
    let mut tx = app.database.store.write().await.unwrap();
    tx.run(sql, Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Whether the audit log says so.
async fn is_audited(app: &TestApp, event: &str, result: &str) -> bool {
    let rows = app.run(|program| async move { rekey_core::audit::newest(&program.core, 20).await.unwrap() });
    rows.await.iter().any(|row| row.event == event && row.result == result)
}
