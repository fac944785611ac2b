//! The page where a signed-in person changes the password, or sets the first one.

pub mod new;

use askama::Template;

use super::ada;
use crate::http::common::page::Page;
use crate::http::common::page::form_error::FormError;
use crate::http::common::page::policy_checklist::{self, PolicyRule};
use crate::model::error::Refusal;
use crate::model::policy::{PasswordPolicy, Violation};

/// Why somebody is at the password's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordPageReason {
    /// They want to.
    Wanted,
    /// Theirs no longer fits; they may go on with it.
    Advised,
    /// Theirs no longer fits; they go on with another.
    Required,
}

/// `GET|POST /account/password`.
#[derive(Clone, Template)]
#[template(path = "pages/account/password.html")]
pub struct PasswordView {
    /// The frame.
    pub page: Page,
    /// Whose password it is, for the password manager.
    pub identifier: String,
    /// Why they are here.
    pub occasion: PasswordPageReason,
    /// What is wrong with the password they have, when that is why.
    pub weaknesses: Vec<Violation>,
    /// Whether there is a password to be changed.
    pub has_password: bool,
    /// Whether it is asked for.
    pub asks_for_current: bool,
    /// The policy, line by line.
    pub rules: Vec<PolicyRule>,
    /// The policy for generators.
    pub passwordrules: String,
    /// The least length.
    pub min: u32,
    /// What is wrong with the one that was sent.
    pub violations: Vec<Violation>,
    /// Why the last try was refused otherwise.
    pub problem: Option<FormError>,
    /// A locale key: where a change signs out, if anywhere.
    pub ends: Option<&'static str>,
    /// Where "not now" leads.
    pub onward: String,
}

impl PasswordView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let change = Self::sample(page, &PasswordPolicy::default());
        let wrong = Some(FormError::from_refusal("currentPassword", &Refusal::WrongCurrentPassword));
        let mut stricter = PasswordPolicy::default();
        stricter.length.min = 12;
        let (short, leaked) = (Violation::TooShort { min: 12 }, Violation::Pwned);
        let weak = Self { weaknesses: vec![short], ..Self::sample(page, &stricter) };
        let advised = Self { occasion: PasswordPageReason::Advised, ..weak.clone() };
        let required = Self { occasion: PasswordPageReason::Required, asks_for_current: false, ..weak };
        vec![
            ("change", change.clone()),
            ("first", Self { has_password: false, asks_for_current: false, ..change.clone() }),
            ("wrong-current", Self { problem: wrong.clone(), ..change.clone() }),
            ("refused", Self { violations: vec![Violation::UserInfo], ..change.clone() }),
            ("everywhere", Self { ends: Some("password-everywhere"), ..change }),
            ("advised", advised.clone()),
            ("advised-wrong-current", Self { problem: wrong, ..advised }),
            ("required", Self { weaknesses: vec![short, leaked], ..required.clone() }),
            ("required-refused", Self { violations: vec![Violation::Sequence], ..required.clone() }),
            ("required-reasons-lost", Self { weaknesses: Vec::new(), ..required }),
        ]
    }

    fn sample(page: &Page, policy: &PasswordPolicy) -> Self {
        Self {
            page: page.clone(),
            identifier: ada(),
            occasion: PasswordPageReason::Wanted,
            weaknesses: Vec::new(),
            has_password: true,
            asks_for_current: true,
            rules: policy_checklist::list_rules(policy),
            passwordrules: policy_checklist::passwordrules_attribute(policy),
            min: policy.length.min,
            violations: Vec::new(),
            problem: None,
            ends: Some("password-others"),
            onward: "/account".to_owned(),
        }
    }

    fn failed(&self) -> bool {
        self.problem.is_some() || !self.violations.is_empty()
    }

    fn title(&self) -> &'static str {
        match self.occasion {
            PasswordPageReason::Wanted if self.has_password => "password-change-title",
            PasswordPageReason::Wanted => "password-first-title",
            PasswordPageReason::Advised | PasswordPageReason::Required => "weak-title",
        }
    }

    /// What the person may or must do about a password that no longer fits.
    fn advice(&self) -> Option<&'static str> {
        match self.occasion {
            PasswordPageReason::Wanted => None,
            PasswordPageReason::Advised => Some("weak-advised"),
            PasswordPageReason::Required => Some("weak-required"),
        }
    }

    /// What is wrong with the password they have, until there is one to speak of that they chose: one list at a time.
    fn reasons(&self) -> &[Violation] {
        if self.violations.is_empty() { &self.weaknesses } else { &[] }
    }
}
