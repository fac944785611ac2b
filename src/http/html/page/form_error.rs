//! A refusal as a page shows it: the field, the message key and the attempts left. The messages are in
//! `locales/*/reasons.ftl`. The attempts left are shown only when there are three or fewer, so that nobody is
//! hurried by a first mistake.

use crate::http::html::page::Page;
use rekey_core::types::error::Refusal;
use rekey_core::types::error::violation::Violation;

/// The number of attempts left from which it is shown.
const SHOW_TRIES_LEFT_FROM: i64 = 3;

/// An error at a field, or above the form if `field` is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    /// The name of the field.
    pub field: &'static str,
    /// The locale key.
    pub key: String,
    /// Attempts left, if they are shown.
    pub count: Option<i64>,
    /// Seconds to wait.
    pub wait: Option<i64>,
}

impl FormError {
    /// The error for a refusal at this field.
    pub fn from_refusal(field: &'static str, refusal: &Refusal) -> Self {
        let key = format!("refusal-{}", refusal.code().replace(['.', '_'], "-"));
        let count = tries_left(refusal).filter(|left| (1..=SHOW_TRIES_LEFT_FROM).contains(left));
        Self { field, key, count, wait: refusal.retry_after() }
    }

    /// The reasons for refusing a new password: policy violations at the field, anything else above the form.
    pub fn from_password_refusal(refusal: Option<&Refusal>) -> (Vec<Violation>, Option<Self>) {
        match refusal {
            Some(Refusal::PasswordWeak(violations)) => (violations.clone(), None),
            other => (Vec::new(), other.map(|refusal| Self::from_refusal("", refusal))),
        }
    }

    /// The session ended while the user was filling in a form; shown above the form that starts again.
    pub fn session_expired() -> Self {
        Self { field: "", key: "session-over".to_owned(), count: None, wait: None }
    }

    /// The error for a one-time token that was issued for another address.
    pub fn address_mismatch() -> Self {
        Self { field: "identifier", key: "one-time-other-address".to_owned(), count: None, wait: None }
    }

    /// The translated message.
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

/// Exhaustive, so that a new refusal with a number of attempts does not compile until it is handled here.
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
    use rekey_core::types::error::Refusal;

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
