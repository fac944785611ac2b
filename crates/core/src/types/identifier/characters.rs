//! The characters of identifiers: which are invisible, which are allowed, and which are digits. An invisible
//! character makes two different identifiers look alike, and locks out a user who types what they see.

use precis_core::{IdentifierClass, StringClass as _};
use unicode_security::skeleton;

/// The longest input that can be an identifier, in bytes: the longest characters, with room for white space.
pub(super) const MAX_INPUT_BYTES: usize = 2000;

/// Trims white space and invisible characters, which copying leaves at the ends.
pub(super) fn trim_invisible(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Whether a character is invisible or only changes text direction: those that the skeleton of UTS 39
/// removes.
pub(super) fn is_invisible(c: char) -> bool {
    !c.is_ascii() && skeleton(c.encode_utf8(&mut [0; 4])).next().is_none()
}

/// Whether a folded text is in the IdentifierClass (RFC 8264): letters, digits and marks of any script, and
/// all visible ASCII.
pub(super) fn is_identifier_class(folded: &str) -> bool {
    IdentifierClass::default().allows(folded).is_ok() && !folded.chars().any(is_invisible)
}

/// The value of a decimal digit of any positional script, as an ASCII digit.
pub fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [u32; 14] =
        [0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xE50, 0x1040, 0xFF10];
    let code = u32::from(c);
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::{is_identifier_class, is_invisible, trim_invisible};

    #[test]
    fn what_cannot_be_seen_is_known() {
        for sign in "\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{202e}\u{2060}\u{2069}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{e0061}".chars() {
            assert!(is_invisible(sign), "{sign:?}");
        }
        for sign in "aé太ا\u{301}-._ı0".chars() {
            assert!(!is_invisible(sign), "{sign:?}");
        }
    }

    #[test]
    fn ends_are_forgiven() {
        assert_eq!(trim_invisible("\u{202a} ada\u{200b}l \u{feff}\n"), "ada\u{200b}l");
        assert_eq!(trim_invisible("\u{200b}\u{200b}"), "");
    }

    #[test]
    fn the_class_takes_letters_and_refuses_symbols_and_what_cannot_be_seen() {
        for text in ["ada+tag", "née", "太郎", "अदिति", "l·l"] {
            assert!(is_identifier_class(text), "{text}");
        }
        for text in ["a\u{200b}da", "a da", "☃", "o’brien", "a\u{202e}da", "می\u{200c}خواهم", "ｖictim"]
        {
            assert!(!is_identifier_class(text), "{text:?}");
        }
    }
}
