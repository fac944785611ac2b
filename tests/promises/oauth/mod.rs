//! The provider held to the OAuth security practice (RFC 9700, rows OA-1 to OA-8) and to chapters 9 and 10 of
//! ASVS 5.0: a test named after each row that applies. They look from outside, as an app, a person or an
//! attacker does.

mod clients;
mod forged;
mod grants;
mod hints;
mod looking;
mod pages;
mod people;
mod redirects;

use serde_json::Value;

use crate::http::oidc::{
    SECRET, assert_error, confidential_client, create_user, settings_with_apps, start, start_with,
};
use crate::support::app::TestApp;
use crate::support::client::Client;

/// What the provider says it can do.
async fn discovery_document(app: &TestApp) -> Value {
    let page = app.browser().get("/oidc/.well-known/openid-configuration").await;
    serde_json::from_str(&page.html).unwrap()
}

/// The machine that may manage.
fn machine_client(app: &TestApp) -> Client {
    Client::of(app, "machine").with_secret(SECRET)
}
