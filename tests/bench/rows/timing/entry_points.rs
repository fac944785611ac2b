//! The entry points that take an address and must not tell whether somebody has it: pages, and JSON for
//! screens of one's own, over GraphQL and for the SDK. Each is asked with the same bytes but for the address,
//! which is of one length for everybody.

use std::net::SocketAddr;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::browser::{Browser, ip, post_json, put_json};
use crate::http::Connection;
use crate::people::{email, phone};
use crate::product::Running;
use crate::rows::oidc::apps;

/// The token of the key that calls over GraphQL.
const KEY: &str = "login-token-of-the-bench-000000000001";
/// A password that nobody has, and that the policy takes.
const PASSWORD: &str = "not the password of anybody";
/// The calls of the SDK.
const SDK: &str = "/api/v1/paywall/shop/auth";
/// The calls of screens of one's own.
const SCREENS: &str = "/api/experience";

/// What an answer takes beside the database.
#[derive(Clone, Copy)]
pub enum Cost {
    /// A message is written.
    Message,
    /// A password is hashed.
    Hash,
}

/// One entry point.
pub struct Door {
    /// Its name in the report.
    pub name: &'static str,
    /// What it costs.
    pub cost: Cost,
    /// The status of every answer.
    pub status: u16,
    way: Way,
}

/// How it is asked.
enum Way {
    /// By the form of a page.
    Form {
        page: &'static str,
        action: &'static str,
        address: fn(usize) -> String,
        password: Option<&'static str>,
    },
    /// By a call: its path, further header lines, and its body for an address.
    Call { path: String, further: String, body: fn(&str) -> Value },
}

/// What the server is to know for the entry points that take a mail address.
pub fn bootstrap(messages: SocketAddr) -> Value {
    let endpoint = format!("http://{messages}/");
    json!({
        "settings": { "signInExperience": {
            "signIn": { "methods": [{ "identifier": "email", "verificationCode": true }] },
            "signUp": { "identifiers": ["email"], "password": true },
        } },
        "connectors": [{ "id": "mail", "connectorId": "http-email", "type": "Email", "config": { "endpoint": endpoint } }],
        "apiKeys": [{ "id": "bench", "roles": ["login"], "token": KEY }],
        "applications": [apps::shop()],
    })
}

/// The entry points of a server with default settings.
pub fn by_phone() -> Vec<Door> {
    let form = |name, action, password: Option<&'static str>| Door {
        name,
        cost: password.map_or(Cost::Message, |_| Cost::Hash),
        status: password.map_or(303, |_| 422),
        way: Way::Form { page: action, action, address: phone, password },
    };
    vec![form("reset request", "/forgot-password", None), form("sign-in", "/sign-in", Some(PASSWORD))]
}

/// The others.
pub fn by_email(server: &Running) -> anyhow::Result<Vec<Door>> {
    let page = |name, page, action| Door {
        name,
        cost: Cost::Message,
        status: 303,
        way: Way::Form { page, action, address: email, password: None },
    };
    Ok(vec![
        page("code to sign in with", "/sign-in", "/sign-in/code"),
        page("sign-up", "/register", "/register"),
        screens(server)?,
        graphql(),
        sdk(
            "reset request of the SDK",
            "password/request-reset",
            Cost::Message,
            |email| json!({ "email": email }),
        ),
        sdk("code of the SDK", "otp/send", Cost::Message, |email| json!({ "email": email })),
        sdk(
            "sign-up of the SDK",
            "email/signup",
            Cost::Hash,
            |email| json!({ "email": email, "password": PASSWORD }),
        ),
    ])
}

fn sdk(name: &'static str, call: &str, cost: Cost, body: fn(&str) -> Value) -> Door {
    let way = Way::Call { path: format!("{SDK}/{call}"), further: String::new(), body };
    Door { name, cost, status: 200, way }
}

fn graphql() -> Door {
    let body = |email: &str| {
        let query = "mutation($e: String!) { createResetPasswordRequest(email: $e) { ok error { code } } }";
        json!({ "query": query, "variables": { "e": email } })
    };
    let further = format!("authorization: Bearer {KEY}\r\n");
    let way = Way::Call { path: "/graphql".to_owned(), further, body };
    Door { name: "reset request over GraphQL", cost: Cost::Message, status: 200, way }
}

/// The screen of an app that sent somebody here, who has begun to reset the password.
fn screens(server: &Running) -> anyhow::Result<Door> {
    let mut connection = Connection::open(server.address)?;
    let mut browser = Browser::new(&mut connection, 0);
    browser.leave(&apps::authorize())?;
    let begin = put_json(
        SCREENS,
        &ip(0),
        &browser.cookie(),
        &json!({ "interactionEvent": "ForgotPassword" }).to_string(),
    );
    browser.send(&begin, 204).context("beginning an interaction")?;
    let body = |email: &str| json!({ "interactionEvent": "ForgotPassword", "identifier": { "type": "email", "value": email } });
    let path = format!("{SCREENS}/verification/verification-code");
    let way = Way::Call { path, further: browser.cookie(), body };
    Ok(Door { name: "reset request of one's own screens", cost: Cost::Message, status: 200, way })
}

impl Door {
    /// What makes the bytes of its request for the person at a place.
    pub fn request(&self, connection: &mut Connection) -> anyhow::Result<Box<dyn Fn(usize) -> String + '_>> {
        Ok(match &self.way {
            Way::Form { page, action, address, password } => {
                let mut browser = Browser::new(connection, 0);
                browser.open(page)?;
                let form = browser.open_form();
                Box::new(move |place| {
                    let identifier = address(place);
                    let mut fields = vec![("identifier", identifier.as_str())];
                    fields.extend(password.map(|password| ("password", password)));
                    form.filled(&ip(place), action, &fields)
                })
            }
            Way::Call { path, further, body } => {
                Box::new(move |place| post_json(path, &ip(place), further, &body(&email(place)).to_string()))
            }
        })
    }
}
