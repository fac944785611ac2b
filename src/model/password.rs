//! A password as somebody typed it, within bounds and in one spelling. Whether it is good enough is the
//! policy's business. The surprise: the text is kept in Unicode's composed form (NFC), so that the same keys
//! match on every device.

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::policy::Violation;
use super::secret::Secret;

/// The most bytes that ever reach hashing; a longer text is an attack on the processor, not a password.
pub const MAX_BYTES: usize = 4096;

/// A password that may be hashed: not empty, not huge, composed.
#[derive(Clone, Debug)]
pub struct Password(Secret);

impl Password {
    /// Takes what was typed, or says which bound it breaks.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        match text.len() {
            0 => Err(Violation::TooShort { min: 1 }),
            1..=MAX_BYTES => Ok(Self(to_nfc(text))),
            _ => Err(Violation::TooLong { max: MAX_BYTES as u32 }),
        }
    }

    /// The text itself; the call is the place to look at in a review.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The text in NFC. Room is made beforehand (NFC at most triples), so that growing leaves no copy behind in
/// memory.
pub fn to_nfc(text: &str) -> Secret {
    if is_nfc(text) {
        return Secret::from(text);
    }
    let mut whole = String::with_capacity(text.len().saturating_mul(3));
    whole.extend(text.nfc());
    Secret::new(whole)
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, Password};
    use crate::model::policy::Violation;

    #[test]
    fn bounds_are_in_bytes_and_inclusive() {
        assert_eq!(Password::parse("").unwrap_err(), Violation::TooShort { min: 1 });
        assert!(Password::parse(&"é".repeat(MAX_BYTES / 2)).is_ok());
        assert!(Password::parse(&"a".repeat(MAX_BYTES + 1)).is_err());
    }

    #[test]
    fn both_spellings_of_an_accent_are_one_password() {
        let (one, two) = (Password::parse("caf\u{e9}").unwrap(), Password::parse("cafe\u{301}").unwrap());
        assert_eq!(one.expose(), two.expose());
        assert_eq!(format!("{one:?}"), "Password(•••)");
    }
}
