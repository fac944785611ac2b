//! Characters of a password and their classes. Folding keeps the number of characters, so that a position in
//! the folded text is the same position in the original.

use zeroize::Zeroizing;

use crate::passwords::password::to_nfc;
use crate::types::secret::Secret;

const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const DIGIT: u8 = 4;
const SYMBOL: u8 = 8;
/// Anything but printable ASCII.
pub(super) const OTHER: u8 = 16;
/// Every class.
pub(super) const ALL: u8 = SMALL | CAPITAL | DIGIT | SYMBOL | OTHER;

/// The class of a character, as one bit.
pub(super) const fn class(letter: char) -> u8 {
    match letter {
        'a'..='z' => SMALL,
        'A'..='Z' => CAPITAL,
        '0'..='9' => DIGIT,
        ' '..='~' => SYMBOL,
        _ => OTHER,
    }
}

/// Characters as numbers; wiped after use.
pub(super) type CharCodes = Zeroizing<Vec<u32>>;

/// What one character is: a UTF-16 unit as in Logto, or a code point of the composed text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alphabet {
    pub(super) is_strict: bool,
}

impl Alphabet {
    pub(super) fn text(self, raw: &str) -> Secret {
        if self.is_strict { Secret::from(raw) } else { to_nfc(raw) }
    }

    /// The characters, allocated at full size from the start so that no partial copy stays in memory.
    pub(super) fn units(self, text: &str, shape: fn(char) -> char) -> CharCodes {
        let mut units = Zeroizing::new(Vec::with_capacity(text.len()));
        for letter in text.chars().map(shape) {
            if self.is_strict {
                units.extend(letter.encode_utf16(&mut [0; 2]).iter().map(|unit| u32::from(*unit)));
            } else {
                units.push(u32::from(letter));
            }
        }
        units
    }

    /// The characters, case-folded.
    pub(super) fn folded(self, text: &str) -> CharCodes {
        self.units(self.text(text).expose(), fold)
    }
}

/// The lowercase letter, when it is one character of the same size. A final sigma is folded to a sigma.
fn fold(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    let mut small = letter.to_lowercase();
    match (small.next(), small.next()) {
        (Some('ς'), None) => 'σ',
        (Some(one), None) if one.len_utf16() == letter.len_utf16() => one,
        _ => letter,
    }
}
