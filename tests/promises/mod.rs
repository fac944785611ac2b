//! The eleven promises (docs/security.md), each a module of its name, and the rules that hold beside them.
//! They look at the program from outside, through real HTTP, and at the database underneath, on both engines;
//! none of them knows how a promise is kept.
//!
//! - `step_order`, `single_use`, `guess_budget`, `no_oracle`, `nothing_in_clear`, `get_is_safe`,
//!   `nothing_lost`, `no_side_effect`, `same_policy`.
//! - `proofs_end`: a proof dies with what it was given for, whoever takes that away.
//! - `cost_bounded`: limits come before the cost, and count the right thing.
//! - `by_address` and `codes`: what is found by address is guarded by address.
//! - `defaults_close`: what weakens security is off by default, and reported when it is switched on.
//! - `one_spelling`: one person has one spelling.
//! - `null_characters`: what only one engine could store is refused before either.
//! - `operation`: they hold under strain, and the log says what was answered and which request asked for a message.
//! - `peers`: published faults of other products are not here.

mod apis;
mod audit_complete;
mod by_address;
mod codes;
mod cost_bounded;
mod counters_after_recovery;
mod defaults_close;
mod get_is_safe;
mod guess_budget;
mod headers;
mod live_check;
mod no_oracle;
mod no_side_effect;
mod nothing_in_clear;
mod nothing_lost;
mod null_characters;
mod oauth;
mod one_spelling;
mod operation;
mod peers;
mod practice;
mod proofs_end;
pub(crate) mod routes;
mod same_policy;
mod single_use;
mod step_order;

use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Jar};
use crate::support::page::Page;
use crate::support::people::TestUser;

pub(crate) const FORGOT_PASSWORD: &str = "/forgot-password";
pub(crate) const CODE: &str = "/forgot-password/verification-code";
pub(crate) const RESEND: &str = "/forgot-password/verification-code/resend";
pub(crate) const CONTINUE: &str = "/forgot-password/verification-code/continue";
pub(crate) const RESET: &str = "/forgot-password/reset";
pub(crate) const DONE: &str = "/forgot-password/done";
pub(crate) const LINK: &str = "/forgot-password/link";
pub(crate) const REGISTER: &str = "/register";
pub(crate) const REGISTER_CODE: &str = "/register/verification-code";
pub(crate) const REGISTER_PASSWORD: &str = "/register/password";
pub(crate) const SIGN_IN_SEND: &str = "/sign-in/code";
pub(crate) const SIGN_IN_CODE: &str = "/sign-in/verification-code";
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Settings under which only the limits of a request are left, for tests of something else.
pub(crate) fn without_throttles() -> Value {
    json!({ "settings": { "throttle": {
        "sendBackoff": { "base": 0, "max": 0, "window": 1 },
        "sendsPerAddress": { "limit": 0 },
        "requestsPerIp": { "limit": 0 },
        "guessesPerAccount": { "limit": 0 },
    } } })
}

/// A browser that posts without looking at pages: it knows its CSRF token.
#[derive(Clone)]
pub(crate) struct CookieClient {
    /// Its cookies and headers.
    pub browser: Browser,
    csrf: String,
}

impl CookieClient {
    /// A new browser that has opened the first page.
    pub(crate) async fn new(app: &TestApp) -> Self {
        Self::of(app.browser()).await
    }

    /// This browser, once it has opened the first page.
    pub(crate) async fn of(browser: Browser) -> Self {
        let csrf = browser.get(FORGOT_PASSWORD).await.value("csrf");
        Self { browser, csrf }
    }

    /// Posts these fields and the token.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let line: Vec<String> =
            self.browser.jar().iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.post_with(&line.join("; "), path, fields).await
    }

    /// Posts with exactly these cookies, whatever answers arrive meanwhile.
    pub(crate) async fn post_with(&self, cookies: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend_from_slice(fields);
        let body = serde_urlencoded::to_string(all).unwrap();
        self.browser.raw("POST", path, &[FORM, ("cookie", cookies)], body).await
    }

    /// The cookies as a header.
    pub(crate) fn cookies(&self) -> String {
        let jar = self.browser.jar();
        jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Its cookies and token as they are now, for an attacker or the back button.
    pub(crate) fn snapshot(&self) -> (Jar, String) {
        (self.browser.jar(), self.csrf.clone())
    }

    /// Goes on with kept cookies.
    pub(crate) fn restore(&mut self, (jar, csrf): (Jar, String)) {
        self.browser.restore(jar);
        self.csrf = csrf;
    }

    /// Asks for this address.
    pub(crate) async fn request_reset(&self, identifier: &str) -> Page {
        self.post(FORGOT_PASSWORD, &[("identifier", identifier)]).await
    }

    /// Types a code.
    pub(crate) async fn enter_code(&self, code: &str) -> Page {
        self.post(CODE, &[("code", code)]).await
    }

    /// Chooses a password.
    pub(crate) async fn choose_password(&self, password: &str) -> Page {
        self.post(RESET, &[("newPassword", password)]).await
    }
}

/// A browser that has asked for this person, and the code that went to them.
pub(crate) async fn request_code(app: &TestApp, email: &str) -> (CookieClient, String) {
    let client = CookieClient::new(app).await;
    client.request_reset(email).await.redirects_to(CODE);
    let code = app.inbox_of(email).await.code();
    (client, code)
}

/// A browser that holds a grant for this person.
pub(crate) async fn obtain_grant(app: &TestApp, email: &str) -> CookieClient {
    let (client, code) = request_code(app, email).await;
    client.enter_code(&code).await.redirects_to(RESET);
    client
}

/// A browser that has proved this address for a new account.
pub(crate) async fn prove_new_address(app: &TestApp, email: &str) -> CookieClient {
    let client = CookieClient::new(app).await;
    client.post(REGISTER, &[("identifier", email)]).await.redirects_to(REGISTER_CODE);
    let code = app.inbox_of(email).await.code();
    client.post(REGISTER_CODE, &[("code", &code)]).await.redirects_to(REGISTER_PASSWORD);
    client
}

/// Settings under which an address signs in by password or by code, over these.
pub(crate) fn with_sign_in_codes(mut settings: Value) -> Value {
    let method = json!([{ "identifier": "email", "verificationCode": true }]);
    settings["settings"]["signInExperience"]["signIn"]["methods"] = method;
    settings
}

/// Whether this signs in, in a browser of its own.
pub(crate) async fn can_sign_in(app: &TestApp, identifier: &str, password: &str) -> bool {
    let fields = [("identifier", identifier), ("password", password)];
    CookieClient::new(app).await.post("/sign-in", &fields).await.status == 303
}

/// Somebody with the usual password.
pub(crate) async fn create_user(app: &TestApp, email: &str) -> TestUser {
    app.new_user(email).with_password(PASSWORD).make().await
}

/// A code that is not this one.
pub(crate) fn wrong_code(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}
