//! A password as typed, within bounds and normalized. Whether it is strong enough is up to the policy. It is
//! kept in Unicode's composed form (NFC), so that the same keys match on every device.

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use crate::types::error::violation::Violation;
use crate::types::secret::Secret;

/// The most bytes that are ever hashed; a longer text is an attack on the processor.
pub const MAX_BYTES: usize = 4096;

/// A password that may be hashed: not empty, not too long, composed.
#[derive(Clone, Debug)]
pub struct Password(Secret);

impl Password {
    /// Parses what was typed, or returns the bound that it exceeds.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        match text.len() {
            0 => Err(Violation::TooShort { min: 1 }),
            1..=MAX_BYTES => Ok(Self(to_nfc(text))),
            _ => Err(Violation::TooLong { max: MAX_BYTES as u32 }),
        }
    }

    /// The text; reviews should look at the calls.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The text in NFC. Memory is reserved beforehand (NFC at most triples the size), so that growing leaves no
/// copy behind.
pub fn to_nfc(text: &str) -> Secret {
    if is_nfc(text) {
        return Secret::from(text);
    }
    let mut whole = String::with_capacity(text.len().saturating_mul(3));
    whole.extend(text.nfc());
    Secret::new(whole)
}

/// The composed text, and for imported digests also the text as typed, which other systems may have hashed.
pub(super) fn spellings(password: Option<Password>, typed: &Secret, is_foreign: bool) -> Vec<Secret> {
    let Some(password) = password else {
        return vec![Secret::default()];
    };
    let composed = Secret::from(password.expose());
    if is_foreign && composed.expose() != typed.expose() {
        return vec![composed, typed.clone()];
    }
    vec![composed]
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, Password};
    use crate::types::error::violation::Violation;

    #[test]
    fn bounds_are_in_bytes_and_inclusive() {
        assert_eq!(Password::parse("").unwrap_err(), Violation::TooShort { min: 1 });
        assert!(Password::parse(&"é".repeat(MAX_BYTES / 2)).is_ok());
        assert!(Password::parse(&"a".repeat(MAX_BYTES + 1)).is_err());
    }

    #[test]
    fn both_spellings_of_an_accent_are_one_password() {
        let one = Password::parse("caf\u{e9}").unwrap();
        let two = Password::parse("cafe\u{301}").unwrap();
        assert_eq!(one.expose(), two.expose());
        assert_eq!(format!("{one:?}"), "Password(•••)");
    }
}
