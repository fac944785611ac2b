//! The sign-in page.

use askama::Template;

use super::ADA;
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
    /// Whether recovery is offered.
    pub forgot: bool,
    /// Why the last try was refused.
    pub problem: Option<Problem>,
    /// A locale key of good news: what just happened.
    pub notice: Option<&'static str>,
}

impl SignInView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let typed = |identifier: &str, problem: Option<Problem>| Self {
            page: page.clone(),
            identifier: identifier.to_owned(),
            forgot: true,
            problem,
            notice: None,
        };
        let refused = |identifier, field, why| typed(identifier, Some(Problem::of(field, &why)));
        let mut notice = typed("", None);
        notice.notice = Some("notice-signed-out");
        let mut no_recovery = typed("", None);
        no_recovery.forgot = false;
        let throttled = Refusal::Throttled { retry_after: 90 };
        vec![
            ("empty", typed("", None)),
            ("wrong", refused(ADA, "password", Refusal::Credentials)),
            ("malformed", refused("ada@", "identifier", Refusal::IdentifierMalformed)),
            ("throttled", refused(ADA, "", throttled)),
            ("session-over", typed(ADA, Some(Problem::session_over()))),
            ("notice", notice),
            ("no-recovery", no_recovery),
        ]
    }
}
