//! Converts password violations to this API's reasons; the policy itself is not evaluated here. Our policy
//! counts character classes where this API names each one, so the classes that a password lacks are named.

use async_graphql::Enum;

use rekey_core::types::error::violation::Violation;

/// A violation of the password policy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub enum WeakPasswordReason {
    /// Fewer characters than the policy requires.
    TooShort,
    /// Too few classes of characters, and no capital letter.
    MissingUppercase,
    /// Too few classes of characters, and no small letter.
    MissingLowercase,
    /// Too few classes of characters, and no digit.
    MissingDigit,
    /// Too few classes of characters, and no symbol.
    MissingSpecial,
    /// Too long, a repetition, a row of the keyboard, the user's own name, or characters that the policy
    /// refuses.
    InvalidPattern,
    /// Mostly a word of the operator's list.
    Blacklisted,
    /// Known from a breach or a list of common passwords.
    Compromised,
}

/// Defines `too_weak`, the error for a password that violates the policy, with this code.
macro_rules! too_weak {
    ($error:ident, $code:expr) => {
        impl $error {
            fn too_weak(
                violations: &[rekey_core::types::error::violation::Violation],
                password: &str,
            ) -> Self {
                let (reasons, message) = crate::http::graphql::weak_password::reasons(violations, password);
                Self { weak_password_reasons: Some(reasons), ..Self::new($code, message) }
            }
        }
    };
}
pub(super) use too_weak;

/// Each reason once, in the order of the enum, and the message for developers.
pub(super) fn reasons(violations: &[Violation], password: &str) -> (Vec<WeakPasswordReason>, String) {
    let mut found: Vec<_> =
        violations.iter().flat_map(|violation| reasons_for(*violation, password)).collect();
    found.sort_unstable();
    found.dedup();
    let codes: Vec<_> = violations.iter().map(|violation| violation.code()).collect();
    (found, format!("The policy refuses the password: {}", codes.join(", ")))
}

fn reasons_for(violation: Violation, password: &str) -> Vec<WeakPasswordReason> {
    use WeakPasswordReason as R;
    vec![match violation {
        Violation::TooShort { .. } => R::TooShort,
        Violation::CharacterTypes { .. } => return missing_classes(password),
        Violation::Pwned => R::Compromised,
        Violation::Words => R::Blacklisted,
        Violation::TooLong { .. }
        | Violation::UnsupportedCharacters
        | Violation::Repetition
        | Violation::Sequence
        | Violation::UserInfo => R::InvalidPattern,
    }]
}

fn missing_classes(password: &str) -> Vec<WeakPasswordReason> {
    use WeakPasswordReason as R;
    let has = |fits: fn(&char) -> bool| password.chars().any(|letter| fits(&letter));
    let is_symbol = |letter: &char| letter.is_ascii() && !letter.is_ascii_alphanumeric();
    let classes = [
        (R::MissingUppercase, has(char::is_ascii_uppercase)),
        (R::MissingLowercase, has(char::is_ascii_lowercase)),
        (R::MissingDigit, has(char::is_ascii_digit)),
        (R::MissingSpecial, has(is_symbol)),
    ];
    classes.into_iter().filter(|(_, has)| !has).map(|(reason, _)| reason).collect()
}
