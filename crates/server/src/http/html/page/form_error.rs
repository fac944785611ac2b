//! A refusal as a page shows it: the field, the message key and the attempts left. The messages are in
//! `locales/*/reasons.ftl`.

use actix_web::http::StatusCode;

use crate::http::html::page::Page;
use rekey_core::types::error::Refusal;
use rekey_core::types::error::violation::Violation;

/// More attempts left than these are not shown, so that nobody is hurried by a first mistake.
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
        let tries_left = RefusedForm::from_refusal(refusal).tries_left;
        let count = tries_left.filter(|left| (1..=SHOW_TRIES_LEFT_FROM).contains(left));
        Self { field, key, count, wait: refusal.retry_after() }
    }

    /// The error of a form for an identifier: at that field if it is about it, above the form otherwise.
    pub fn at_identifier(refusal: &Refusal) -> Self {
        Self::from_refusal(if refusal.is_about_identifier() { "identifier" } else { "" }, refusal)
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
        let mut text = match self.wait {
            Some(seconds) => page.t1(&self.key, "wait", page.wait(seconds)),
            None => page.t(&self.key).into_owned(),
        };
        if let Some(left) = self.count {
            text = format!("{text} {}", page.n("tries-left", "count", left));
        }
        text
    }
}

/// The response to a refused form.
pub struct RefusedForm {
    /// The status of the page.
    pub status: StatusCode,
    /// The attempts left, where they are counted.
    tries_left: Option<i64>,
}

impl RefusedForm {
    /// Exhaustive, so that a new refusal does not compile until it is handled here.
    #[expect(clippy::too_many_lines, reason = "a line for each, so that none is forgotten")]
    pub const fn from_refusal(refusal: &Refusal) -> Self {
        let status = match refusal {
            Refusal::CodeWrong { tries_left }
            | Refusal::CodeSuperseded { tries_left }
            | Refusal::NumberWrong { tries_left } => {
                return Self { status: StatusCode::UNPROCESSABLE_ENTITY, tries_left: Some(*tries_left) };
            }
            Refusal::Throttled { .. } | Refusal::RecoveryDelayed { .. } => StatusCode::TOO_MANY_REQUESTS,
            Refusal::Busy { .. } | Refusal::BreachCheckUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::NotFound => StatusCode::NOT_FOUND,
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
            | Refusal::EmailTaken
            | Refusal::PhoneTaken
            | Refusal::UsernameTaken
            | Refusal::SettingsInvalid(_)
            | Refusal::UserRequired
            | Refusal::Protocol(_)
            | Refusal::Duplicate
            | Refusal::PasswordAndDigest
            | Refusal::PasswordAlgorithmMissing
            | Refusal::WebhookEventsMissing
            | Refusal::Connector(_)
            | Refusal::Account(_)
            | Refusal::Captcha(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self { status, tries_left: None }
    }
}

#[cfg(test)]
mod tests {
    use super::FormError;
    use rekey_core::types::error::Refusal;

    #[test]
    fn remaining_tries_are_shown_from_three_down() {
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
