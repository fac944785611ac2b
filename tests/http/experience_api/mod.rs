//! The JSON of one's own screens, row by row of its contract, over HTTP: the browser of a person whom an app sent here.

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

use super::{body, send, told};
use crate::http::oidc::{PASSWORD, household};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::{Asked, Client};
use crate::support::page::Page;
use crate::support::people::Person;

pub(crate) const BEGIN: &str = "/api/experience";
pub(crate) const STANDS: &str = "/api/experience/interaction";
const SWITCH: &str = "/api/experience/interaction-event";
pub(crate) const SEND: &str = "/api/experience/verification/verification-code";
pub(crate) const CHECK: &str = "/api/experience/verification/verification-code/verify";
pub(crate) const PROVE: &str = "/api/experience/verification/password";
const TOKEN: &str = "/api/experience/verification/one-time-token/verify";
pub(crate) const IDENTIFY: &str = "/api/experience/identification";
pub(crate) const CHOOSE: &str = "/api/experience/profile/password";
pub(crate) const PROFILE: &str = "/api/experience/profile";
pub(crate) const SUBMIT: &str = "/api/experience/submit";
const ADA: &str = "ada@example.org";
const NEW: &str = "a walrus in the library";

/// Settings under which people come in every way.
pub(crate) fn open() -> Value {
    let mut given = household();
    given["settings"]["signInExperience"] = json!({
        "signIn": { "methods": [
            { "identifier": "email", "verificationCode": true },
            { "identifier": "username" },
            { "identifier": "phone", "verificationCode": true },
        ] },
        "signUp": { "identifiers": ["email", "username"], "password": true },
    });
    given
}

async fn start() -> (TestApp, Person) {
    let app = TestApp::with(open()).await;
    let ada = app.person(ADA).with_password(PASSWORD).make().await;
    (app, ada)
}

/// A screen of somebody's own, in the browser of a person whom the shop sent here.
pub(crate) struct Screen {
    /// The browser.
    pub browser: Browser,
    shop: Client,
    asked: Asked,
}

impl Screen {
    /// The shop sends somebody.
    pub(crate) async fn of(app: &TestApp) -> Self {
        let (browser, shop) = (app.browser(), Client::of(app, "shop"));
        let asked = shop.ask(&[]);
        browser.get(&asked.path).await.walks().await;
        Self { browser, shop, asked }
    }

    /// The same, with this begun.
    pub(crate) async fn that_begins(app: &TestApp, event: &str) -> Self {
        let screen = Self::of(app).await;
        screen.ok("PUT", BEGIN, json!({ "interactionEvent": event }), 204).await;
        screen
    }

    /// The same, with this proved by a code that went to this address; the record.
    pub(crate) async fn that_proved(app: &TestApp, event: &str, email: &str) -> (Self, String) {
        let screen = Self::that_begins(app, event).await;
        let id = screen.asks(event, email).await;
        let code = app.inbox_of(email).await.code();
        screen.ok("POST", CHECK, typed(email, &id, &code), 200).await;
        (screen, id)
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
    pub(crate) async fn ok(&self, method: &str, path: &str, body: Value, status: u16) -> String {
        let page = self.call(method, path, body).await;
        assert_eq!(page.status, status, "{method} {path}: {}", page.html);
        page.html
    }

    /// Status and code.
    pub(crate) async fn told(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        told(&self.call(method, path, body).await)
    }

    /// Has a code sent to an address; the record.
    pub(crate) async fn asks(&self, event: &str, email: &str) -> String {
        let page = self.call("POST", SEND, wanted(event, email)).await;
        assert_eq!(page.status, 200, "{}", page.html);
        body(&page)["verificationId"].as_str().unwrap().to_owned()
    }

    /// Takes a proof for its person.
    pub(crate) async fn identifies(&self, record: &str) -> Page {
        self.call("POST", IDENTIFY, json!({ "verificationId": record })).await
    }

    pub(crate) async fn submits(&self) -> Page {
        self.browser.raw("POST", SUBMIT, &[], Vec::new()).await
    }

    async fn stands(&self) -> Value {
        let page = self.browser.get(STANDS).await;
        assert_eq!(page.status, 200, "{}", page.html);
        body(&page)
    }

    /// Which calls may be made next.
    async fn next(&self) -> Value {
        self.stands().await["next"].clone()
    }

    /// The shop gets its person back from where the last step leads.
    async fn gets_back(&self, submitted: &Page) -> Value {
        assert_eq!(submitted.status, 200, "{}", submitted.html);
        let answer = body(submitted);
        let address = answer["redirectTo"].as_str().unwrap();
        let path = address.strip_prefix(self.browser.origin()).unwrap();
        let left = self.browser.get(path).await.walks().await;
        let tokens = self.shop.buys(&self.asked, &self.shop.takes(&self.asked, &left)).await;
        self.shop.identifies(&tokens).await
    }
}

pub(crate) fn email(value: &str) -> Value {
    json!({ "type": "email", "value": value })
}

pub(crate) fn wanted(event: &str, address: &str) -> Value {
    json!({ "identifier": email(address), "interactionEvent": event })
}

pub(crate) fn typed(address: &str, record: &str, code: &str) -> Value {
    json!({ "identifier": email(address), "verificationId": record, "code": code })
}

fn says(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
