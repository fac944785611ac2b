//! The page where recovery starts.

use askama::Template;

use super::ada;
use crate::faces::common::page::Page;
use crate::faces::common::problem::Problem;
use crate::model::error::Refusal;

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
    /// Why the last try was refused.
    pub problem: Option<Problem>,
}

impl AskView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let (identifier, page) = (String::new(), page.clone());
        let empty = Self {
            page,
            identifier,
            email: true,
            phone: true,
            focused: false,
            problem: None,
        };
        let problem = |field, refusal| Some(Problem::of(field, &refusal));
        let malformed = problem("identifier", Refusal::IdentifierMalformed);
        let waits = problem("", Refusal::Throttled { retry_after: 40 });
        let off = problem("", Refusal::RecoveryOff);
        vec![
            ("empty", empty.clone()),
            (
                "carried",
                Self {
                    identifier: ada(),
                    ..empty.clone()
                },
            ),
            (
                "email-only",
                Self {
                    phone: false,
                    ..empty.clone()
                },
            ),
            (
                "phone-only",
                Self {
                    email: false,
                    ..empty.clone()
                },
            ),
            (
                "focused",
                Self {
                    focused: true,
                    ..empty.clone()
                },
            ),
            (
                "malformed",
                Self {
                    identifier: "ada@".to_owned(),
                    problem: malformed,
                    ..empty.clone()
                },
            ),
            (
                "throttled",
                Self {
                    identifier: ada(),
                    problem: waits,
                    ..empty.clone()
                },
            ),
            (
                "off",
                Self {
                    email: false,
                    phone: false,
                    problem: off,
                    ..empty
                },
            ),
        ]
    }

    fn ask_lead(&self) -> &'static str {
        self.by_kind(["ask-lead-email", "ask-lead-phone", "ask-lead-either"])
    }

    fn label(&self) -> &'static str {
        self.by_kind(["label-email", "label-phone", "label-email-or-phone"])
    }

    fn kind(&self) -> &'static str {
        self.by_kind(["email", "tel", "text"])
    }

    fn mode(&self) -> &'static str {
        self.by_kind(["email", "tel", "email"])
    }

    fn by_kind(&self, [email, phone, either]: [&'static str; 3]) -> &'static str {
        match (self.email, self.phone) {
            (true, false) => email,
            (false, true) => phone,
            _ => either,
        }
    }
}
