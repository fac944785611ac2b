//! The captcha as forms need it, and the page where visitors without scripts wait instead.

use askama::Template;

use rekey_server::http::html::page::Page;

/// The captcha of a form.
#[derive(Clone, Debug)]
pub struct CaptchaView {
    /// The provider's name in the settings.
    pub provider: &'static str,
    /// The site key.
    pub site_key: String,
    /// The URL of the provider's script; empty for our own.
    pub script: String,
    /// The form action that needs the captcha.
    pub target: &'static str,
    /// The URL for browsers without scripts.
    pub wait: String,
}

impl CaptchaView {
    /// Our own captcha, for this form.
    pub fn sample(target: &'static str) -> Self {
        Self {
            provider: "altcha",
            site_key: String::new(),
            script: String::new(),
            target,
            wait: "/captcha/wait?to=forgot_password".to_owned(),
        }
    }
}

/// `GET /captcha/wait`.
#[derive(Clone, Template)]
#[template(path = "pages/captcha_wait.html")]
pub struct CaptchaWaitView {
    /// The page context.
    pub page: Page,
    /// Seconds left.
    pub seconds: i64,
    /// The URL to continue at; it returns here if that is too early.
    pub again: String,
}

impl CaptchaWaitView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        vec![("waiting", Self { page: page.clone(), seconds: 30, again: "/captcha/wait".to_owned() })]
    }
}
