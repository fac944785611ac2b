//! The page where a signed-in user changes the password, or sets the first one.

pub mod new;

use askama::Template;

use crate::http::pages::views::ada;
use rekey_core::settings::password_policy::PasswordPolicy;
use rekey_core::types::error::Refusal;
use rekey_core::types::error::violation::Violation;
use rekey_server::http::html::page::Page;
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page::policy_checklist::{self, PolicyRule};

/// Why the password page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordPageReason {
    /// The user opened it.
    Wanted,
    /// The password no longer meets the policy; the user may keep it.
    Advised,
    /// The password no longer meets the policy and must be changed.
    Required,
}

/// `GET|POST /account/password`.
#[derive(Clone, Template)]
#[template(path = "pages/account/password.html")]
pub struct PasswordView {
    /// The page context.
    pub page: Page,
    /// The identifier of the account, for password managers.
    pub identifier: String,
    /// Why the page is shown.
    pub occasion: PasswordPageReason,
    /// The violations of the current password, if they are the reason.
    pub weaknesses: Vec<Violation>,
    /// Whether the user has a password.
    pub has_password: bool,
    /// Whether the current password must be entered.
    pub asks_for_current: bool,
    /// The rules of the policy.
    pub rules: Vec<PolicyRule>,
    /// The `passwordrules` attribute.
    pub passwordrules: String,
    /// The minimum length.
    pub min: u32,
    /// The violations of the submitted password.
    pub violations: Vec<Violation>,
    /// Why the last attempt was refused otherwise.
    pub problem: Option<FormError>,
    /// The locale key of which sessions a change ends, if any.
    pub ends: Option<&'static str>,
    /// The target of "not now".
    pub onward: String,
}

impl PasswordView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let change = Self::sample(page, &PasswordPolicy::default());
        let wrong = Some(FormError::from_refusal("currentPassword", &Refusal::WrongCurrentPassword));
        let mut stricter = PasswordPolicy::default();
        stricter.length.min = 12;
        let short = Violation::TooShort { min: 12 };
        let leaked = Violation::Pwned;
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

    /// The locale key of what the user may or must do about a password that no longer meets the policy.
    fn advice(&self) -> Option<&'static str> {
        match self.occasion {
            PasswordPageReason::Wanted => None,
            PasswordPageReason::Advised => Some("weak-advised"),
            PasswordPageReason::Required => Some("weak-required"),
        }
    }

    /// The violations of the current password, until a submitted one has violations: only one list is shown.
    fn reasons(&self) -> &[Violation] {
        if self.violations.is_empty() { &self.weaknesses } else { &[] }
    }
}
