//! `proofs_end`: whatever was handed out to an address, a password or a session ends when that address,
//! password or session is taken away, on every interface, whoever takes it away.

mod bootstrap_file;
mod links_of_notices;
pub(super) mod not_me;
mod one_time_tokens;
mod recovery_sessions;
mod table;

use serde_json::json;

use super::{CODE, RESET};
use crate::http::account_api::{EMAIL, MyAccountClient, NEW_PASSWORD};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

pub(super) const ADA: &str = "ada@example.org";
pub(super) const NEW: &str = "a walrus in the library";
const NOT_ME: &str = "/not-me";

/// The person of this app takes another address, proving the password and the address.
pub(super) async fn take_address(
    app: &TestApp,
    account_client: &MyAccountClient,
    password: &str,
    address: &str,
) {
    app.clock.advance(60);
    let proved = account_client.with_record(&account_client.reauthenticate(password).await);
    let record = account_client.verify_address(app, address).await;
    let input = json!({ "email": address, "newIdentifierVerificationRecordId": record });
    let page = proved.send("POST", EMAIL, &input).await;
    assert_eq!(page.status, 204, "{}", page.html);
}

/// The person of this app sets another password.
pub(super) async fn take_password(
    app: &TestApp,
    account_client: &MyAccountClient,
    password: &str,
    new: &str,
) {
    app.clock.advance(60);
    let proved = account_client.with_record(&account_client.reauthenticate(password).await);
    let page = proved.send("POST", NEW_PASSWORD, &json!({ "password": new })).await;
    assert_eq!(page.status, 204, "{}", page.html);
}

/// Opens the link of a notice.
pub(super) async fn open_link(app: &TestApp, link: &str) -> (Browser, Page) {
    let browser = app.browser();
    let page = browser.get(link).await.follow_redirect_to(NOT_ME).await;
    (browser, page)
}

/// Presses the button of a notice's link; what the page says then.
pub(super) async fn dispute(app: &TestApp, link: &str) -> (Browser, Page) {
    let (browser, page) = open_link(app, link).await;
    let page = page.submit().await.follow_redirect_to(NOT_ME).await;
    (browser, page)
}

/// Goes on from there with the code that was sent to this address.
pub(super) async fn choose_password(app: &TestApp, browser: &Browser, address: &str, password: &str) {
    let code = app.inbox_of(address).await.code();
    let page = browser.get(CODE).await.fill("code", &code).submit().await.follow_redirect_to(RESET).await;
    page.fill("newPassword", password).submit().await.redirects_to(super::DONE);
}

/// The e-mail address of an account.
pub(super) async fn email_of(app: &TestApp, id: &str) -> Option<String> {
    app.user(id).await.unwrap().email
}
