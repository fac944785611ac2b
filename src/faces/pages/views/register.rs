//! The page where an account begins.

use askama::Template;

use super::{ADA, CaptchaView, kinds};
use crate::domain::sign_in::offers::Kinds;
use crate::faces::common::page::Page;
use crate::faces::common::page::problem::Problem;
use crate::model::error::Refusal;

/// `GET|POST /register`.
#[derive(Clone, Template)]
#[template(path = "pages/register.html")]
pub struct RegisterView {
    /// The frame.
    pub page: Page,
    /// What was typed, here or on the sign-in page.
    pub identifier: String,
    /// What an account can be made with.
    pub kinds: Kinds,
    /// Whether people with an account are let in.
    pub sign_in: bool,
    /// What shows that nobody is a machine, where that is asked for.
    pub captcha: Option<CaptchaView>,
    /// Why the last try was refused.
    pub problem: Option<Problem>,
}

impl RegisterView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let by = |email, phone, username| Self {
            page: page.clone(),
            identifier: String::new(),
            kinds: Kinds { email, phone, username },
            sign_in: true,
            captcha: None,
            problem: None,
        };
        let email = || by(true, false, false);
        let throttled = Refusal::Throttled { retry_after: 40 };
        vec![
            ("empty", email()),
            ("either", by(true, true, false)),
            ("phone", by(false, true, false)),
            ("username", by(false, false, true)),
            ("all", by(true, true, true)),
            ("only", Self { sign_in: false, ..email() }),
            ("malformed", email().refused("ada@", "identifier", &Refusal::IdentifierMalformed)),
            ("taken", email().refused(ADA, "identifier", &Refusal::EmailTaken)),
            ("taken-username", by(false, false, true).refused("ada", "identifier", &Refusal::UsernameTaken)),
            ("captcha", Self { captcha: Some(CaptchaView::sample("/register")), ..email() }),
            ("throttled", email().refused(ADA, "", &throttled)),
            ("off", by(false, false, false).refused("", "", &Refusal::SignUpOff)),
        ]
    }

    fn refused(self, identifier: &str, field: &'static str, why: &Refusal) -> Self {
        Self { identifier: identifier.to_owned(), problem: Some(Problem::of(field, why)), ..self }
    }

    /// What happens next, as a locale key; nothing is sent to a name.
    const fn lead(&self) -> Option<&'static str> {
        match (self.kinds.email, self.kinds.phone, self.kinds.username) {
            (true, false, false) => Some("sign-up-lead-email"),
            (false, true, false) => Some("sign-up-lead-phone"),
            (true, true, false) => Some("sign-up-lead-either"),
            _ => None,
        }
    }

    const fn label(&self) -> &'static str {
        kinds::label(self.kinds)
    }

    const fn kind(&self) -> &'static str {
        kinds::kind(self.kinds)
    }

    const fn mode(&self) -> &'static str {
        kinds::mode(self.kinds)
    }
}
