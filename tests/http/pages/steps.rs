//! Steps that many flows share.

use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;
use crate::support::people::TestUser;

/// The page that asks whose password it is.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
/// The page that waits for the code.
pub const CODE: &str = "/forgot-password/verification-code";
/// Its button for another message.
pub const RESEND: &str = "/forgot-password/verification-code/resend";
/// Its button for another address.
pub const CHANGE_ADDRESS: &str = "/forgot-password/change-address";
/// The page of the link.
pub const LINK: &str = "/forgot-password/link";
/// Its button for the waiting window.
pub const MATCH: &str = "/forgot-password/link/match";
/// Its button for another message.
pub const LINK_AGAIN: &str = "/forgot-password/link/again";
/// The page that takes the new password.
pub const NEW_PASSWORD: &str = "/forgot-password/reset";
/// The page that says it worked.
pub const DONE: &str = "/forgot-password/done";
/// The sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// The page that waits for a code to sign in with.
pub const SIGN_IN_CODE: &str = "/sign-in/verification-code";
/// The page where an account begins.
pub const REGISTER: &str = "/register";
/// The page that waits for the code of a new account.
pub const REGISTER_CODE: &str = "/register/verification-code";
/// The page that takes the first password.
pub const REGISTER_PASSWORD: &str = "/register/password";
/// The account page.
pub const ACCOUNT: &str = "/account";
/// Its password page.
pub const ACCOUNT_PASSWORD: &str = "/account/password";
/// "This wasn't me".
pub const NOT_ME: &str = "/not-me";

/// The password that most people here begin with.
pub const OLD: &str = "correct horse battery";
/// The one they change it to.
pub const NEW: &str = "a walrus in the library";

/// Ada, who has a password and an address.
pub async fn create_ada(app: &TestApp) -> TestUser {
    app.new_user("ada@example.org").with_password(OLD).make().await
}

/// Asks for a code; the answer is the page that waits for it.
pub async fn request_reset(browser: &Browser, identifier: &str) -> Page {
    let page = browser.get(FORGOT_PASSWORD).await.fill("identifier", identifier).submit().await;
    page.follow_redirect_to(CODE).await
}

/// Asks and types the code of the message; the answer is the page that takes the new password.
pub async fn obtain_grant(app: &TestApp, browser: &Browser, identifier: &str) -> Page {
    let page = request_reset(browser, identifier).await;
    let code = app.inbox_of(identifier).await.code();
    page.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await
}

/// Chooses a new password; the answer is the page that says it worked, and its notices have arrived.
pub async fn choose_password(app: &TestApp, page: Page, password: &str) -> Page {
    let page = page.fill("newPassword", password).submit().await.follow_redirect_to(DONE).await;
    app.deliver().await;
    page
}

/// The whole way back in, in one browser.
pub async fn reset_password(app: &TestApp, browser: &Browser, identifier: &str, password: &str) -> Page {
    let page = obtain_grant(app, browser, identifier).await;
    choose_password(app, page, password).await
}

/// Tries to sign in.
pub async fn try_sign_in(browser: &Browser, identifier: &str, password: &str) -> Page {
    let page = browser.get("/sign-in?first_screen=sign_in").await;
    page.fill("identifier", identifier).fill("password", password).submit().await
}

/// Signs in; the answer is the account page.
pub async fn sign_in(browser: &Browser, identifier: &str, password: &str) -> Page {
    try_sign_in(browser, identifier, password).await.follow_redirect_to(ACCOUNT).await
}

/// Whether this browser is signed in.
pub async fn is_signed_in(browser: &Browser) -> bool {
    browser.get(ACCOUNT).await.status() == 200
}

/// The word that the waiting script hears.
pub async fn recovery_state(browser: &Browser) -> String {
    let received: Value =
        serde_json::from_str(&browser.get("/forgot-password/verification-code/state").await.html).unwrap();
    received["state"].as_str().unwrap().to_owned()
}

/// A code that is not this one.
pub fn different_code(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}
