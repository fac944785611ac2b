//! The sign-in page.

use askama::Template;

use super::{ADA, CaptchaView, kinds};
use crate::domain::sign_in::offers::Kinds;
use crate::faces::common::page::Page;
use crate::faces::common::page::problem::Problem;
use crate::model::error::Refusal;

/// `GET|POST /sign-in`.
#[derive(Clone, Template)]
#[template(path = "pages/sign_in.html")]
pub struct SignInView {
    /// The frame.
    pub page: Page,
    /// What was typed.
    pub identifier: String,
    /// What a password signs in with.
    pub by_password: Kinds,
    /// What a code signs in with.
    pub by_code: Kinds,
    /// Whether recovery is offered.
    pub forgot: bool,
    /// Whether accounts are made here.
    pub sign_up: bool,
    /// What shows that nobody is a machine, where that is asked for.
    pub captcha: Option<CaptchaView>,
    /// Why the last try was refused.
    pub problem: Option<Problem>,
    /// A locale key of good news: what just happened.
    pub notice: Option<&'static str>,
}

impl SignInView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let none = Kinds::default();
        let (email, phone) = (Kinds { email: true, ..none }, Kinds { phone: true, ..none });
        let typed = |identifier, problem| Self::sample(page, identifier, problem);
        let refused = |identifier, field, why| typed(identifier, Some(Problem::of(field, &why)));
        let empty = || typed("", None);
        let closed = Self { by_password: none, forgot: false, ..refused("", "", Refusal::SignInOff) };
        vec![
            ("empty", empty()),
            ("wrong", refused(ADA, "password", Refusal::Credentials)),
            ("malformed", refused("ada@", "identifier", Refusal::IdentifierMalformed)),
            ("throttled", refused(ADA, "", Refusal::Throttled { retry_after: 90 })),
            ("paused", refused(ADA, "", Refusal::PasswordBlocked)),
            ("session-over", typed(ADA, Some(Problem::session_over()))),
            ("notice", Self { notice: Some("notice-signed-out"), ..empty() }),
            ("no-recovery", Self { forgot: false, ..empty() }),
            ("no-sign-up", Self { sign_up: false, ..empty() }),
            ("or-code", Self { by_code: email, ..empty() }),
            ("or-code-by-phone", Self { by_code: phone, ..empty() }),
            ("or-code-either", Self { by_code: email.or(phone), ..empty() }),
            (
                "unreachable",
                Self { by_code: email, ..refused("ada", "identifier", Refusal::IdentifierUnreachable) },
            ),
            (
                "captcha",
                Self { by_code: email, captcha: Some(CaptchaView::sample("/sign-in/code")), ..empty() },
            ),
            ("code-only", Self { by_password: none, by_code: email, forgot: false, ..empty() }),
            ("closed", closed),
        ]
    }

    fn sample(page: &Page, identifier: &str, problem: Option<Problem>) -> Self {
        Self {
            page: page.clone(),
            identifier: identifier.to_owned(),
            by_password: Kinds { email: true, phone: true, username: true },
            by_code: Kinds::default(),
            forgot: true,
            sign_up: true,
            captcha: None,
            problem,
            notice: None,
        }
    }

    const fn label(&self) -> &'static str {
        kinds::label(self.by_password.or(self.by_code))
    }

    const fn kind(&self) -> &'static str {
        kinds::kind(self.by_password.or(self.by_code))
    }

    const fn mode(&self) -> &'static str {
        kinds::mode(self.by_password.or(self.by_code))
    }

    /// Where the main button goes.
    const fn action(&self) -> &'static str {
        if self.by_password.any() { "/sign-in" } else { "/sign-in/code" }
    }

    /// What the button for a code says, as a locale key.
    const fn code_button(&self) -> &'static str {
        match (self.by_code.email, self.by_code.phone) {
            (true, false) => "sign-in-email-code",
            (false, true) => "sign-in-text-code",
            _ => "sign-in-send-code",
        }
    }
}
