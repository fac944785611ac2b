//! The page where a signed-in person changes the password, or sets the first one.

use askama::Template;

use super::ada;
use crate::faces::common::page::Page;
use crate::faces::common::page::problem::Problem;
use crate::faces::common::page::rules::{self, Rule};
use crate::model::error::Refusal;
use crate::model::policy::{PasswordPolicy, Violation};

/// `GET|POST /account/password`.
#[derive(Clone, Template)]
#[template(path = "pages/account/password.html")]
pub struct PasswordView {
    /// The frame.
    pub page: Page,
    /// Whose password it is, for the password manager.
    pub identifier: String,
    /// Whether there is a current one to ask for.
    pub has_password: bool,
    /// The policy, line by line.
    pub rules: Vec<Rule>,
    /// The policy for generators.
    pub passwordrules: String,
    /// The least length.
    pub min: u32,
    /// What is wrong with the one that was sent.
    pub violations: Vec<Violation>,
    /// Why the last try was refused otherwise.
    pub problem: Option<Problem>,
}

impl PasswordView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let policy = PasswordPolicy::default();
        let change = Self {
            page: page.clone(),
            identifier: ada(),
            has_password: true,
            rules: rules::of(&policy),
            passwordrules: rules::passwordrules(&policy),
            min: policy.length.min,
            violations: Vec::new(),
            problem: None,
        };
        let wrong = Some(Problem::of("currentPassword", &Refusal::CurrentPassword));
        vec![
            ("change", change.clone()),
            ("first", Self { has_password: false, ..change.clone() }),
            ("wrong-current", Self { problem: wrong, ..change.clone() }),
            ("refused", Self { violations: vec![Violation::UserInfo], ..change }),
        ]
    }

    fn failed(&self) -> bool {
        self.problem.is_some() || !self.violations.is_empty()
    }

    fn title(&self) -> &'static str {
        if self.has_password { "password-change-title" } else { "password-first-title" }
    }
}
