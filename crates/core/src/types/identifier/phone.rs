//! Phone numbers in international form: digits with the country code, no plus. Only the form is checked
//! (E.164: 7 to 15 digits); whether the number exists shows when a message is sent. Digits of every script
//! are accepted.

use crate::types::identifier::IdentifierError;
use crate::types::identifier::characters::ascii_digit;

/// A well-formed number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Parses `+1 202 555 0134`, `001-202-555-0134`, `12025550134`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut digits = String::with_capacity(16);
        for (place, c) in text.chars().enumerate() {
            match ascii_digit(c) {
                Some(digit) => digits.push(digit),
                None if c == '+' && place == 0 => {}
                None if " -.()/\u{a0}\u{202f}\u{2011}".contains(c) || is_invisible(c) => {}
                None => return None,
            }
        }
        let digits = digits.strip_prefix("00").unwrap_or(&digits);
        let fits = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
        fits.then(|| Self(digits.to_owned()))
    }

    /// The same, with the reason for a refusal.
    pub(super) fn try_parse(text: &str) -> Result<Self, IdentifierError> {
        Self::parse(text).ok_or(IdentifierError::Malformed)
    }

    /// The digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// Direction and joining marks that are copied along with a number.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::Phone;

    #[test]
    fn spellings_of_one_number_are_equal() {
        for text in ["+1 202 555 0134", "0012025550134", "12025550134", "+1 (202) 555-0134", "+١٢٠٢٥٥٥٠١٣٤"]
        {
            assert_eq!(Phone::parse(text).map(|phone| phone.0), Some("12025550134".into()), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "+", "12345", "0202555", "1234567890123456", "call me", "1+2025550134", "555\r\n0134123"]
        {
            assert_eq!(Phone::parse(text), None, "{text}");
        }
    }
}
