//! The page where recovery starts.

use askama::Template;

use super::{ADA, CaptchaView, kinds};
use crate::domain::sign_in::offers::Kinds;
use crate::faces::common::page::Page;
use crate::faces::common::page::problem::Problem;
use crate::model::error::{CaptchaFault, Refusal};

/// `GET|POST /forgot-password`, and `GET /reset-password` when `focused`.
#[derive(Clone, Template)]
#[template(path = "pages/forgot_password/ask.html")]
pub struct AskView {
    /// The frame.
    pub page: Page,
    /// What was typed, here or on the sign-in page.
    pub identifier: String,
    /// Whether codes go out by mail.
    pub email: bool,
    /// Whether codes go out by SMS.
    pub phone: bool,
    /// Whether an app sent the person straight here: no header, one way back.
    pub focused: bool,
    /// What shows that nobody is a machine, where that is asked for.
    pub captcha: Option<CaptchaView>,
    /// Why the last try was refused.
    pub problem: Option<Problem>,
}

impl AskView {
    /// Every state.
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
            ("carried", either().typed(ADA)),
            ("email-only", by(true, false, false)),
            ("phone-only", by(false, true, false)),
            ("focused", by(true, true, true)),
            ("malformed", either().typed("ada@").refused("identifier", &Refusal::IdentifierMalformed)),
            ("captcha", Self { captcha: Some(CaptchaView::sample("/forgot-password")), ..either() }),
            (
                "captcha-required",
                Self {
                    captcha: Some(CaptchaView::sample("/forgot-password")),
                    ..either().typed(ADA).refused("", &Refusal::Captcha(CaptchaFault::Missing))
                },
            ),
            ("throttled", either().typed(ADA).refused("", &throttled)),
            ("off", by(false, false, false).refused("", &Refusal::RecoveryOff)),
        ]
    }

    fn typed(self, identifier: &str) -> Self {
        Self { identifier: identifier.to_owned(), ..self }
    }

    fn refused(self, field: &'static str, why: &Refusal) -> Self {
        Self { problem: Some(Problem::of(field, why)), ..self }
    }

    const fn ask_lead(&self) -> &'static str {
        match (self.email, self.phone) {
            (true, false) => "ask-lead-email",
            (false, true) => "ask-lead-phone",
            _ => "ask-lead-either",
        }
    }

    const fn label(&self) -> &'static str {
        kinds::label(self.kinds())
    }

    const fn kind(&self) -> &'static str {
        kinds::kind(self.kinds())
    }

    const fn mode(&self) -> &'static str {
        kinds::mode(self.kinds())
    }

    const fn kinds(&self) -> Kinds {
        Kinds { email: self.email, phone: self.phone, username: false }
    }
}
