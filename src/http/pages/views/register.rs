//! The first page of sign-up.

use askama::Template;

use crate::http::pages::views::{
    ADA, CaptchaView, identifier_input_mode, identifier_input_type, identifier_label,
};
use rekey_core::sign_in::methods::IdentifierKinds;
use rekey_core::types::error::Refusal;
use rekey_server::http::html::page::Page;
use rekey_server::http::html::page::form_error::FormError;

/// `GET|POST /register`.
#[derive(Clone, Template)]
#[template(path = "pages/register.html")]
pub struct RegisterView {
    /// The page context.
    pub page: Page,
    /// The identifier that was entered, here or on the sign-in page.
    pub identifier: String,
    /// The identifiers that an account can be created with.
    pub kinds: IdentifierKinds,
    /// Whether sign-in is offered.
    pub sign_in: bool,
    /// The captcha, if one is required.
    pub captcha: Option<CaptchaView>,
    /// Why the last attempt was refused.
    pub problem: Option<FormError>,
}

impl RegisterView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let by = |email, phone, username| Self {
            page: page.clone(),
            identifier: String::new(),
            kinds: IdentifierKinds { email, phone, username },
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
            ("malformed", email().with_refusal("ada@", "identifier", &Refusal::IdentifierMalformed)),
            ("taken", email().with_refusal(ADA, "identifier", &Refusal::EmailTaken)),
            (
                "taken-username",
                by(false, false, true).with_refusal("ada", "identifier", &Refusal::UsernameTaken),
            ),
            ("captcha", Self { captcha: Some(CaptchaView::sample("/register")), ..email() }),
            ("throttled", email().with_refusal(ADA, "", &throttled)),
            ("off", by(false, false, false).with_refusal("", "", &Refusal::SignUpDisabled)),
        ]
    }

    fn with_refusal(self, identifier: &str, field: &'static str, why: &Refusal) -> Self {
        Self { identifier: identifier.to_owned(), problem: Some(FormError::from_refusal(field, why)), ..self }
    }

    /// The locale key of what happens next; nothing is sent to a username.
    const fn lead(&self) -> Option<&'static str> {
        match (self.kinds.email, self.kinds.phone, self.kinds.username) {
            (true, false, false) => Some("sign-up-lead-email"),
            (false, true, false) => Some("sign-up-lead-phone"),
            (true, true, false) => Some("sign-up-lead-either"),
            _ => None,
        }
    }

    const fn label(&self) -> &'static str {
        identifier_label(self.kinds)
    }

    const fn kind(&self) -> &'static str {
        identifier_input_type(self.kinds)
    }

    const fn mode(&self) -> &'static str {
        identifier_input_mode(self.kinds)
    }
}
