//! The page where recovery starts.

use askama::Template;

use crate::http::pages::views::{
    ADA, CaptchaView, identifier_input_mode, identifier_input_type, identifier_label,
};
use rekey_core::sign_in::methods::IdentifierKinds;
use rekey_core::types::error::{CaptchaFault, Refusal};
use rekey_server::http::html::page::Page;
use rekey_server::http::html::page::form_error::FormError;

/// `GET|POST /forgot-password`, and `GET /reset-password` when `focused`.
#[derive(Clone, Template)]
#[template(path = "pages/forgot_password/ask.html")]
pub struct ForgotPasswordView {
    /// The page context.
    pub page: Page,
    /// The identifier that was entered, here or on the sign-in page.
    pub identifier: String,
    /// Whether codes are sent by email.
    pub email: bool,
    /// Whether codes are sent by SMS.
    pub phone: bool,
    /// Whether an application sent the user straight here: no header, one way back.
    pub focused: bool,
    /// The captcha, if one is required.
    pub captcha: Option<CaptchaView>,
    /// Why the last attempt was refused.
    pub problem: Option<FormError>,
}

impl ForgotPasswordView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let by = |email, phone, focused| Self {
            page: page.clone(),
            identifier: String::new(),
            email,
            phone,
            focused,
            captcha: None,
            problem: None,
        };
        let either = || by(true, true, false);
        let throttled = Refusal::Throttled { retry_after: 40 };
        vec![
            ("empty", either()),
            ("carried", either().with_identifier(ADA)),
            ("email-only", by(true, false, false)),
            ("phone-only", by(false, true, false)),
            ("focused", by(true, true, true)),
            (
                "malformed",
                either().with_identifier("ada@").with_refusal("identifier", &Refusal::IdentifierMalformed),
            ),
            ("captcha", Self { captcha: Some(CaptchaView::sample("/forgot-password")), ..either() }),
            (
                "captcha-required",
                Self {
                    captcha: Some(CaptchaView::sample("/forgot-password")),
                    ..either().with_identifier(ADA).with_refusal("", &Refusal::Captcha(CaptchaFault::Missing))
                },
            ),
            ("throttled", either().with_identifier(ADA).with_refusal("", &throttled)),
            ("off", by(false, false, false).with_refusal("", &Refusal::RecoveryDisabled)),
        ]
    }

    fn with_identifier(self, identifier: &str) -> Self {
        Self { identifier: identifier.to_owned(), ..self }
    }

    fn with_refusal(self, field: &'static str, why: &Refusal) -> Self {
        Self { problem: Some(FormError::from_refusal(field, why)), ..self }
    }

    const fn ask_lead(&self) -> &'static str {
        match (self.email, self.phone) {
            (true, false) => "ask-lead-email",
            (false, true) => "ask-lead-phone",
            _ => "ask-lead-either",
        }
    }

    const fn label(&self) -> &'static str {
        identifier_label(self.kinds())
    }

    const fn kind(&self) -> &'static str {
        identifier_input_type(self.kinds())
    }

    const fn mode(&self) -> &'static str {
        identifier_input_mode(self.kinds())
    }

    const fn kinds(&self) -> IdentifierKinds {
        IdentifierKinds { email: self.email, phone: self.phone, username: false }
    }
}
