//! The sign-in page.

use askama::Template;

use crate::http::pages::views::{
    ADA, CaptchaView, identifier_input_mode, identifier_input_type, identifier_label,
};
use rekey_core::sign_in::methods::IdentifierKinds;
use rekey_core::types::error::Refusal;
use rekey_server::http::html::page::Page;
use rekey_server::http::html::page::form_error::FormError;

/// `GET|POST /sign-in`.
#[derive(Clone, Template)]
#[template(path = "pages/sign_in.html")]
pub struct SignInView {
    /// The page context.
    pub page: Page,
    /// The identifier that was entered.
    pub identifier: String,
    /// The identifiers that can sign in with a password.
    pub by_password: IdentifierKinds,
    /// The identifiers that can sign in with a code.
    pub by_code: IdentifierKinds,
    /// Whether recovery is offered.
    pub forgot: bool,
    /// Whether sign-up is offered.
    pub sign_up: bool,
    /// The captcha, if one is required.
    pub captcha: Option<CaptchaView>,
    /// Why the last attempt was refused.
    pub problem: Option<FormError>,
    /// The locale key of a success message.
    pub notice: Option<&'static str>,
}

impl SignInView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let none = IdentifierKinds::default();
        let email = IdentifierKinds { email: true, ..none };
        let phone = IdentifierKinds { phone: true, ..none };
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
        identifier_label(self.by_password.union(self.by_code))
    }

    const fn kind(&self) -> &'static str {
        identifier_input_type(self.by_password.union(self.by_code))
    }

    const fn mode(&self) -> &'static str {
        identifier_input_mode(self.by_password.union(self.by_code))
    }

    /// The action of the main button.
    const fn action(&self) -> &'static str {
        if self.by_password.any() { "/sign-in" } else { "/sign-in/code" }
    }

    /// The locale key of the button that requests a code.
    const fn code_button(&self) -> &'static str {
        match (self.by_code.email, self.by_code.phone) {
            (true, false) => "sign-in-email-code",
            (false, true) => "sign-in-text-code",
            _ => "sign-in-send-code",
        }
    }
}
