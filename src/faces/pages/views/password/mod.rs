//! The page where a signed-in person changes the password, or sets the first one.

pub mod new;

use askama::Template;

use super::ada;
use crate::faces::common::page::Page;
use crate::faces::common::page::problem::Problem;
use crate::faces::common::page::rules::{self, Rule};
use crate::model::error::Refusal;
use crate::model::policy::{PasswordPolicy, Violation};

/// Why somebody is at the password's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
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
    pub occasion: Occasion,
    /// What is wrong with the password they have, when that is why.
    pub weaknesses: Vec<Violation>,
    /// Whether there is a password to be changed.
    pub has_password: bool,
    /// Whether it is asked for.
    pub asks_for_current: bool,
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
    /// A locale key: where a change signs out, if anywhere.
    pub ends: Option<&'static str>,
    /// Where "not now" leads.
    pub onward: String,
}

impl PasswordView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let change = Self::sample(page, &PasswordPolicy::default());
        let wrong = Some(Problem::of("currentPassword", &Refusal::CurrentPassword));
        let mut stricter = PasswordPolicy::default();
        stricter.length.min = 12;
        let (short, leaked) = (Violation::TooShort { min: 12 }, Violation::Pwned);
        let weak = Self { weaknesses: vec![short], ..Self::sample(page, &stricter) };
        let advised = Self { occasion: Occasion::Advised, ..weak.clone() };
        let required = Self { occasion: Occasion::Required, asks_for_current: false, ..weak };
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
            occasion: Occasion::Wanted,
            weaknesses: Vec::new(),
            has_password: true,
            asks_for_current: true,
            rules: rules::of(policy),
            passwordrules: rules::passwordrules(policy),
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
            Occasion::Wanted if self.has_password => "password-change-title",
            Occasion::Wanted => "password-first-title",
            Occasion::Advised | Occasion::Required => "weak-title",
        }
    }

    /// What the person may or must do about a password that no longer fits.
    fn advice(&self) -> Option<&'static str> {
        match self.occasion {
            Occasion::Wanted => None,
            Occasion::Advised => Some("weak-advised"),
            Occasion::Required => Some("weak-required"),
        }
    }

    /// What is wrong with the password they have, until there is one to speak of that they chose: one list at a time.
    fn reasons(&self) -> &[Violation] {
        if self.violations.is_empty() { &self.weaknesses } else { &[] }
    }
}
