//! What shows that nobody is a machine, as forms need it; and the page where somebody without scripts waits instead.

use askama::Template;

use crate::http::common::page::Page;

/// What a form shows.
#[derive(Clone, Debug)]
pub struct CaptchaView {
    /// Who checks, as the settings name it.
    pub provider: &'static str,
    /// What names this site to them.
    pub site_key: String,
    /// Their script; empty for our own.
    pub script: String,
    /// The address that the form is sent to when it needs the proof.
    pub target: &'static str,
    /// Where somebody without scripts goes instead.
    pub wait: String,
}

impl CaptchaView {
    /// Our own, before this form.
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
    /// The frame.
    pub page: Page,
    /// How long it takes still.
    pub seconds: i64,
    /// Where it goes on; it comes back here when that was too early.
    pub again: String,
}

impl CaptchaWaitView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        vec![("waiting", Self { page: page.clone(), seconds: 30, again: "/captcha/wait".to_owned() })]
    }
}
