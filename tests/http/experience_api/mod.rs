//! The Experience API for custom user interfaces, row by row of its contract, in the browser of a user whom
//! an app sent.

mod beginning;
mod codes;
mod consent;
mod identification;
mod mixed;
mod registering;
mod resetting;
mod signing_in;
mod tokens;

use serde_json::{Value, json};

use super::{body, send, status_and_code};
use crate::http::oidc::{PASSWORD, settings_with_apps};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::{AuthorizationRequest, Client};
use crate::support::page::Page;
use crate::support::people::TestUser;

pub(crate) const BEGIN: &str = "/api/experience";
pub(crate) const INTERACTION: &str = "/api/experience/interaction";
const SWITCH: &str = "/api/experience/interaction-event";
pub(crate) const SEND: &str = "/api/experience/verification/verification-code";
pub(crate) const VERIFY_CODE: &str = "/api/experience/verification/verification-code/verify";
pub(crate) const PROVE: &str = "/api/experience/verification/password";
const TOKEN: &str = "/api/experience/verification/one-time-token/verify";
pub(crate) const IDENTIFY: &str = "/api/experience/identification";
pub(crate) const CHOOSE: &str = "/api/experience/profile/password";
pub(crate) const PROFILE: &str = "/api/experience/profile";
pub(crate) const SUBMIT: &str = "/api/experience/submit";
const ADA: &str = "ada@example.org";
const NEW: &str = "a walrus in the library";

/// Settings under which people come in every way.
pub(crate) fn all_methods_enabled() -> Value {
    let mut input = settings_with_apps();
    input["settings"]["signInExperience"] = json!({
        "signIn": { "methods": [
            { "identifier": "email", "verificationCode": true },
            { "identifier": "username" },
            { "identifier": "phone", "verificationCode": true },
        ] },
        "signUp": { "identifiers": ["email", "username"], "password": true },
    });
    input
}

async fn start() -> (TestApp, TestUser) {
    let app = TestApp::with(all_methods_enabled()).await;
    let ada = app.new_user(ADA).with_password(PASSWORD).make().await;
    (app, ada)
}

/// A screen of somebody's own, in the browser of a person whom the shop sent here.
pub(crate) struct CustomUi {
    /// The browser.
    pub browser: Browser,
    shop: Client,
    authorization: AuthorizationRequest,
}

impl CustomUi {
    /// The shop sends somebody.
    pub(crate) async fn open(app: &TestApp) -> Self {
        let (browser, shop) = (app.browser(), Client::of(app, "shop"));
        let authorization = shop.authorization_request(&[]);
        browser.get(&authorization.path).await.follow_redirects().await;
        Self { browser, shop, authorization }
    }

    /// The same, with this begun.
    pub(crate) async fn with_interaction(app: &TestApp, event: &str) -> Self {
        let ui = Self::open(app).await;
        ui.call_expecting("PUT", BEGIN, json!({ "interactionEvent": event }), 204).await;
        ui
    }

    /// The same, with this proved by a code that went to this address; the record.
    pub(crate) async fn with_verified_code(app: &TestApp, event: &str, email: &str) -> (Self, String) {
        let ui = Self::with_interaction(app, event).await;
        let id = ui.send_code(event, email).await;
        let code = app.inbox_of(email).await.code();
        ui.call_expecting("POST", VERIFY_CODE, code_verification(email, &id, &code), 200).await;
        (ui, id)
    }

    /// The same, from this network behind a proxy that is trusted.
    pub(crate) fn in_network(mut self, address: &str) -> Self {
        self.browser = self.browser.with_header("x-forwarded-for", address);
        self
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Page {
        match body {
            Value::Null => self.browser.raw(method, path, &[], Vec::new()).await,
            body => send(&self.browser, method, path, &body).await,
        }
    }

    /// The body of an answer with this status.
    pub(crate) async fn call_expecting(&self, method: &str, path: &str, body: Value, status: u16) -> String {
        let page = self.call(method, path, body).await;
        assert_eq!(page.status, status, "{method} {path}: {}", page.html);
        page.html
    }

    /// Status and code.
    pub(crate) async fn status_and_code(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        status_and_code(&self.call(method, path, body).await)
    }

    /// Has a code sent to an address; the record.
    pub(crate) async fn send_code(&self, event: &str, email: &str) -> String {
        let page = self.call("POST", SEND, code_request(event, email)).await;
        assert_eq!(page.status, 200, "{}", page.html);
        body(&page)["verificationId"].as_str().unwrap().to_owned()
    }

    /// Takes a proof for its person.
    pub(crate) async fn identify(&self, record: &str) -> Page {
        self.call("POST", IDENTIFY, json!({ "verificationId": record })).await
    }

    pub(crate) async fn submit(&self) -> Page {
        self.browser.raw("POST", SUBMIT, &[], Vec::new()).await
    }

    async fn status(&self) -> Value {
        let page = self.browser.get(INTERACTION).await;
        assert_eq!(page.status, 200, "{}", page.html);
        body(&page)
    }

    /// Which calls may be made next.
    async fn next_steps(&self) -> Value {
        self.status().await["next"].clone()
    }

    /// The shop gets its person back from where the last step leads.
    async fn finish_sign_in(&self, submitted: &Page) -> Value {
        assert_eq!(submitted.status, 200, "{}", submitted.html);
        let answer = body(submitted);
        let address = answer["redirectTo"].as_str().unwrap();
        let path = address.strip_prefix(self.browser.origin()).unwrap();
        let left = self.browser.get(path).await.follow_redirects().await;
        let tokens = self
            .shop
            .exchange_code(&self.authorization, &self.shop.authorization_code(&self.authorization, &left))
            .await;
        self.shop.verify_id_token(&tokens).await
    }
}

pub(crate) fn email(value: &str) -> Value {
    json!({ "type": "email", "value": value })
}

pub(crate) fn code_request(event: &str, address: &str) -> Value {
    json!({ "identifier": email(address), "interactionEvent": event })
}

pub(crate) fn code_verification(address: &str, record: &str, code: &str) -> Value {
    json!({ "identifier": email(address), "verificationId": record, "code": code })
}

fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
