//! The sign-in page.

use askama::Template;

use super::ada;
use crate::faces::common::page::Page;
use crate::faces::common::problem::Problem;
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
        let empty = Self {
            page: page.clone(),
            identifier: String::new(),
            forgot: true,
            problem: None,
            notice: None,
        };
        let wrong = Some(Problem::of("password", &Refusal::Credentials));
        let waits = Some(Problem::of("", &Refusal::Throttled { retry_after: 90 }));
        let malformed = Some(Problem::of("identifier", &Refusal::IdentifierMalformed));
        vec![
            ("empty", empty.clone()),
            (
                "wrong",
                Self {
                    identifier: ada(),
                    problem: wrong,
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
                "notice",
                Self {
                    notice: Some("notice-signed-out"),
                    ..empty.clone()
                },
            ),
            (
                "no-recovery",
                Self {
                    forgot: false,
                    ..empty
                },
            ),
        ]
    }
}
