//! A refusal as a page shows it: at which field, under which key, with how many tries left. The words are in
//! `locales/*/reasons.ftl`. The surprise: tries are said only when three or fewer are left, so that nobody is
//! hurried by a first mistake.

use super::Page;
use crate::model::error::Refusal;
use crate::model::policy::Violation;

/// From how many tries left a person is told.
const SHOW_TRIES_LEFT_FROM: i64 = 3;

/// What stands at a field, or above the form when `field` is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    /// The name of the field.
    pub field: &'static str,
    /// The locale key.
    pub key: String,
    /// Tries left, when it is time to say so.
    pub count: Option<i64>,
    /// Seconds to wait.
    pub wait: Option<i64>,
}

impl FormError {
    /// The refusal at this field.
    pub fn from_refusal(field: &'static str, refusal: &Refusal) -> Self {
        let key = format!("refusal-{}", refusal.code().replace(['.', '_'], "-"));
        let count = tries_left(refusal).filter(|left| (1..=SHOW_TRIES_LEFT_FROM).contains(left));
        Self { field, key, count, wait: refusal.retry_after() }
    }

    /// Why a new password was refused: the reasons of the policy at the field, anything else above the form.
    pub fn from_password_refusal(refusal: Option<&Refusal>) -> (Vec<Violation>, Option<Self>) {
        match refusal {
            Some(Refusal::PasswordWeak(violations)) => (violations.clone(), None),
            other => (Vec::new(), other.map(|refusal| Self::from_refusal("", refusal))),
        }
    }

    /// The session ended while its person was at work, above the form with which they begin again.
    pub fn session_expired() -> Self {
        Self { field: "", key: "session-over".to_owned(), count: None, wait: None }
    }

    /// A one-time token was made for another address.
    pub fn address_mismatch() -> Self {
        Self { field: "identifier", key: "one-time-other-address".to_owned(), count: None, wait: None }
    }

    /// The problem in words.
    pub fn message(&self, page: &Page) -> String {
        let mut said = match self.wait {
            Some(seconds) => page.t1(&self.key, "wait", page.wait(seconds)),
            None => page.t(&self.key).into_owned(),
        };
        if let Some(left) = self.count {
            said.push(' ');
            said.push_str(&page.n("tries-left", "count", left));
        }
        said
    }
}

/// Exhaustive on purpose: a new refusal that counts tries does not compile until it is said here.
#[expect(clippy::too_many_lines, reason = "a line for each, so that none is forgotten")]
const fn tries_left(refusal: &Refusal) -> Option<i64> {
    match refusal {
        Refusal::CodeWrong { tries_left }
        | Refusal::CodeSuperseded { tries_left }
        | Refusal::NumberWrong { tries_left } => Some(*tries_left),
        Refusal::IdentifierMalformed
        | Refusal::IdentifierHidden
        | Refusal::UsernameMixed
        | Refusal::IdentifierUnreachable
        | Refusal::RecoveryDisabled
        | Refusal::SignInDisabled
        | Refusal::SignUpDisabled
        | Refusal::InvalidCredentials
        | Refusal::CodeMalformed
        | Refusal::CodeExpired
        | Refusal::CodeExhausted
        | Refusal::RequestEnded
        | Refusal::RecoveryDelayed { .. }
        | Refusal::CodesBlocked
        | Refusal::PasswordBlocked
        | Refusal::LinkExpired
        | Refusal::LinkUsed
        | Refusal::LinkSuperseded
        | Refusal::LinkUnknown
        | Refusal::GrantInvalid
        | Refusal::PasswordWeak(_)
        | Refusal::SamePassword
        | Refusal::WrongCurrentPassword
        | Refusal::Throttled { .. }
        | Refusal::Busy { .. }
        | Refusal::BreachCheckUnavailable { .. }
        | Refusal::NotFound
        | Refusal::EmailTaken
        | Refusal::PhoneTaken
        | Refusal::UsernameTaken
        | Refusal::SettingsInvalid(_)
        | Refusal::Connector(_)
        | Refusal::UserRequired
        | Refusal::Protocol(_)
        | Refusal::Duplicate
        | Refusal::PasswordAndDigest
        | Refusal::PasswordAlgorithmMissing
        | Refusal::WebhookEventsMissing
        | Refusal::Account(_)
        | Refusal::Captcha(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::FormError;
    use crate::model::error::Refusal;

    #[test]
    fn tries_are_said_from_three_down() {
        assert_eq!(FormError::from_refusal("code", &Refusal::CodeWrong { tries_left: 4 }).count, None);
        assert_eq!(FormError::from_refusal("code", &Refusal::CodeWrong { tries_left: 3 }).count, Some(3));
        assert_eq!(FormError::from_refusal("code", &Refusal::CodeSuperseded { tries_left: 0 }).count, None);
    }

    #[test]
    fn the_key_is_the_code() {
        let problem = FormError::from_refusal("", &Refusal::RecoveryDelayed { retry_after: 90 });
        assert_eq!((problem.key.as_str(), problem.wait), ("refusal-recovery-waits", Some(90)));
    }
}
