//! The page where the new password is chosen, and the page that confirms it.

use askama::Template;

use crate::http::pages::views::ada;
use rekey_core::settings::password_policy::PasswordPolicy;
use rekey_core::types::error::Refusal;
use rekey_core::types::error::violation::Violation;
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page::policy_checklist::{self, PolicyRule};
use rekey_server::http::html::page::{AppLink, Page};
use rekey_server::http::routes::urls::{self, Flow};

/// `GET|POST /forgot-password/reset` and `/register/password`.
#[derive(Clone, Template)]
#[template(path = "pages/forgot_password/new_password.html")]
pub struct NewPasswordView {
    /// The page context.
    pub page: Page,
    /// The flow: password reset or sign-up.
    pub flow: Flow,
    /// The identifier of the account, for password managers.
    pub identifier: String,
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
}

impl NewPasswordView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let mut strict = PasswordPolicy::default();
        (strict.length.min, strict.length.max, strict.character_types.min) = (12, 40, 3);
        strict.rejects.non_ascii = true;
        let empty = Self::sample(page, &PasswordPolicy::default());
        let short = vec![Violation::TooShort { min: 8 }, Violation::Sequence];
        let busy = Some(FormError::from_refusal("", &Refusal::Busy { retry_after: 5 }));
        let unchecked =
            Some(FormError::from_refusal("", &Refusal::BreachCheckUnavailable { retry_after: 5 }));
        vec![
            ("empty", empty.clone()),
            ("strict", Self::sample(page, &strict)),
            ("pwned", Self { violations: vec![Violation::Pwned], ..empty.clone() }),
            ("short", Self { violations: short, ..empty.clone() }),
            ("all-reasons", Self { violations: Violation::EXAMPLES.to_vec(), ..Self::sample(page, &strict) }),
            ("busy", Self { problem: busy, ..empty.clone() }),
            ("unchecked", Self { problem: unchecked, ..empty.clone() }),
            ("register", Self { flow: Flow::Register, ..empty.clone() }),
            (
                "register-refused",
                Self { flow: Flow::Register, violations: vec![Violation::UserInfo], ..empty },
            ),
        ]
    }

    fn sample(page: &Page, policy: &PasswordPolicy) -> Self {
        Self {
            page: page.clone(),
            flow: Flow::ForgotPassword,
            identifier: ada(),
            rules: policy_checklist::list_rules(policy),
            passwordrules: policy_checklist::passwordrules_attribute(policy),
            min: policy.length.min,
            violations: Vec::new(),
            problem: None,
        }
    }

    fn title(&self) -> &'static str {
        if self.flow == Flow::Register { "sign-up-password-title" } else { "new-password-title" }
    }

    fn button(&self) -> &'static str {
        if self.flow == Flow::Register { "sign-up-button" } else { "save-button" }
    }

    fn failed(&self) -> bool {
        self.problem.is_some() || !self.violations.is_empty()
    }
}

/// `GET /forgot-password/done`.
#[derive(Clone, Template)]
#[template(path = "pages/forgot_password/done.html")]
pub struct DoneView {
    /// The page context.
    pub page: Page,
    /// The identifier of the account.
    pub identifier: String,
    /// How many sessions were ended.
    pub ended_sessions: i64,
    /// Whether a notice was sent.
    pub notified: bool,
    /// The URL to sign in at.
    pub sign_in: String,
}

impl DoneView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let plain = Self {
            page: Page { app: None, ..page.clone() },
            identifier: ada(),
            ended_sessions: 0,
            notified: false,
            sign_in: urls::sign_in_url(None),
        };
        let start = Some("https://app.example.org/".to_owned());
        let app = Some(AppLink { id: "lumen".to_owned(), name: "Lumen".to_owned(), start });
        vec![
            ("plain", plain.clone()),
            ("notified", Self { ended_sessions: 1, notified: true, ..plain.clone() }),
            ("app", Self { page: Page { app, ..page.clone() }, ended_sessions: 3, notified: true, ..plain }),
        ]
    }

    /// The application to return to: its name and start URL.
    fn start(&self) -> Option<(&str, &str)> {
        let app = self.page.app.as_ref().filter(|_| self.page.interaction.is_none())?;
        Some((app.name.as_str(), app.start.as_deref()?))
    }
}
