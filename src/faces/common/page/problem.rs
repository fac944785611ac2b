//! A refusal as a page shows it: at which field, under which key, with how many tries left. The words are in
//! `locales/*/reasons.ftl`. The surprise: tries are said only when three or fewer are left, so that nobody is
//! hurried by a first mistake.

use super::Page;
use crate::model::error::Refusal;
use crate::model::policy::Violation;

/// From how many tries left a person is told.
const TRIES_WORTH_SAYING: i64 = 3;

/// What stands at a field, or above the form when `field` is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The name of the field.
    pub field: &'static str,
    /// The locale key.
    pub key: String,
    /// Tries left, when it is time to say so.
    pub count: Option<i64>,
    /// Seconds to wait.
    pub wait: Option<i64>,
}

impl Problem {
    /// The refusal at this field.
    pub fn of(field: &'static str, refusal: &Refusal) -> Self {
        let key = format!("refusal-{}", refusal.code().replace(['.', '_'], "-"));
        let count = tries_left(refusal).filter(|left| (1..=TRIES_WORTH_SAYING).contains(left));
        Self { field, key, count, wait: refusal.retry_after() }
    }

    /// Why a new password was refused: the reasons of the policy at the field, anything else above the form.
    pub fn of_password(refusal: Option<&Refusal>) -> (Vec<Violation>, Option<Self>) {
        match refusal {
            Some(Refusal::PasswordWeak(violations)) => (violations.clone(), None),
            other => (Vec::new(), other.map(|refusal| Self::of("", refusal))),
        }
    }

    /// The session ended while its person was at work, above the form with which they begin again.
    pub fn session_over() -> Self {
        Self { field: "", key: "session-over".to_owned(), count: None, wait: None }
    }

    /// A one-time token was made for another address.
    pub fn other_address() -> Self {
        Self { field: "identifier", key: "one-time-other-address".to_owned(), count: None, wait: None }
    }

    /// The problem in words.
    pub fn say(&self, page: &Page) -> String {
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
        | Refusal::CodeEarlier { tries_left }
        | Refusal::NumberWrong { tries_left } => Some(*tries_left),
        Refusal::IdentifierMalformed
        | Refusal::IdentifierHidden
        | Refusal::UsernameMixed
        | Refusal::IdentifierUnreachable
        | Refusal::RecoveryOff
        | Refusal::SignInOff
        | Refusal::SignUpOff
        | Refusal::Credentials
        | Refusal::CodeMalformed
        | Refusal::CodeExpired
        | Refusal::CodeExhausted
        | Refusal::RequestEnded
        | Refusal::RecoveryWaits { .. }
        | Refusal::CodesBlocked
        | Refusal::PasswordBlocked
        | Refusal::LinkExpired
        | Refusal::LinkUsed
        | Refusal::LinkEarlier
        | Refusal::LinkUnknown
        | Refusal::GrantGone
        | Refusal::PasswordWeak(_)
        | Refusal::SamePassword
        | Refusal::CurrentPassword
        | Refusal::Throttled { .. }
        | Refusal::Busy { .. }
        | Refusal::BreachCheckDown { .. }
        | Refusal::NotFound
        | Refusal::EmailTaken
        | Refusal::PhoneTaken
        | Refusal::UsernameTaken
        | Refusal::SettingsInvalid(_)
        | Refusal::Connector(_)
        | Refusal::PersonNeeded
        | Refusal::Protocol(_)
        | Refusal::Duplicate
        | Refusal::PasswordAndDigest
        | Refusal::PasswordAlgorithmMissing
        | Refusal::HookEventsMissing
        | Refusal::Account(_)
        | Refusal::Captcha(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Problem;
    use crate::model::error::Refusal;

    #[test]
    fn tries_are_said_from_three_down() {
        assert_eq!(Problem::of("code", &Refusal::CodeWrong { tries_left: 4 }).count, None);
        assert_eq!(Problem::of("code", &Refusal::CodeWrong { tries_left: 3 }).count, Some(3));
        assert_eq!(Problem::of("code", &Refusal::CodeEarlier { tries_left: 0 }).count, None);
    }

    #[test]
    fn the_key_is_the_code() {
        let problem = Problem::of("", &Refusal::RecoveryWaits { retry_after: 90 });
        assert_eq!((problem.key.as_str(), problem.wait), ("refusal-recovery-waits", Some(90)));
    }
}
