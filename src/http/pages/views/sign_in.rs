//! The sign-in page.

use askama::Template;

use super::{ADA, CaptchaView, identifier_field};
use crate::domain::sign_in::methods::IdentifierKinds;
use crate::http::common::page::Page;
use crate::http::common::page::form_error::FormError;
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
    pub by_password: IdentifierKinds,
    /// What a code signs in with.
    pub by_code: IdentifierKinds,
    /// Whether recovery is offered.
    pub forgot: bool,
    /// Whether accounts are made here.
    pub sign_up: bool,
    /// What shows that nobody is a machine, where that is asked for.
    pub captcha: Option<CaptchaView>,
    /// Why the last try was refused.
    pub problem: Option<FormError>,
    /// A locale key of good news: what just happened.
    pub notice: Option<&'static str>,
}

impl SignInView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let none = IdentifierKinds::default();
        let (email, phone) =
            (IdentifierKinds { email: true, ..none }, IdentifierKinds { phone: true, ..none });
        let typed = |identifier, problem| Self::sample(page, identifier, problem);
        let refused = |identifier, field, why| typed(identifier, Some(FormError::from_refusal(field, &why)));
        let empty = || typed("", None);
        let closed = Self { by_password: none, forgot: false, ..refused("", "", Refusal::SignInDisabled) };
        vec![
            ("empty", empty()),
            ("wrong", refused(ADA, "password", Refusal::InvalidCredentials)),
            ("malformed", refused("ada@", "identifier", Refusal::IdentifierMalformed)),
            ("throttled", refused(ADA, "", Refusal::Throttled { retry_after: 90 })),
            ("paused", refused(ADA, "", Refusal::PasswordBlocked)),
            ("session-over", typed(ADA, Some(FormError::session_expired()))),
            ("notice", Self { notice: Some("notice-signed-out"), ..empty() }),
            ("no-recovery", Self { forgot: false, ..empty() }),
            ("no-sign-up", Self { sign_up: false, ..empty() }),
            ("or-code", Self { by_code: email, ..empty() }),
            ("or-code-by-phone", Self { by_code: phone, ..empty() }),
            ("or-code-either", Self { by_code: email.union(phone), ..empty() }),
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

    fn sample(page: &Page, identifier: &str, problem: Option<FormError>) -> Self {
        Self {
            page: page.clone(),
            identifier: identifier.to_owned(),
            by_password: IdentifierKinds { email: true, phone: true, username: true },
            by_code: IdentifierKinds::default(),
            forgot: true,
            sign_up: true,
            captcha: None,
            problem,
            notice: None,
        }
    }

    const fn label(&self) -> &'static str {
        identifier_field::label(self.by_password.union(self.by_code))
    }

    const fn kind(&self) -> &'static str {
        identifier_field::kind(self.by_password.union(self.by_code))
    }

    const fn mode(&self) -> &'static str {
        identifier_field::mode(self.by_password.union(self.by_code))
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
