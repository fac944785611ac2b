//! Parses a line of a list: a hash with its count, or a word. A malformed line is never repeated in a
//! message, since it may be somebody's password.

use serde::{Deserialize, Serialize};

use crate::passwords::breaches::{digest, key};
use crate::passwords::password::{MAX_BYTES, to_nfc};

/// The format of the lines of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `SHA1:count`, the format of Pwned Passwords; the count is optional.
    Sha1,
    /// One password.
    Words,
}

/// Hexadecimal digits of a SHA-1.
const SHA1_HEX_LEN: usize = 40;
/// Hexadecimal digits of an NTLM hash, the other format of Pwned Passwords.
const NTLM_HEX_LEN: usize = 32;
const EXPECTED: &str = "expected 40 hexadecimal digits, or these with a colon and a count";

/// The message for hashes of the wrong kind.
const NTLM_LIST: &str = "this is the NTLM list of Pwned Passwords; get the SHA-1 list, which other passwords can be compared with";

/// The format of the first lines, by majority; an error for hashes that cannot be used.
pub(super) fn detect_format<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Result<Format, &'static str> {
    let lengths: Vec<usize> = lines.map(leading_hex_digits).collect();
    let most_have = |length| lengths.iter().filter(|own| **own == length).count() > lengths.len() / 2;
    match () {
        () if most_have(SHA1_HEX_LEN) => Ok(Format::Sha1),
        () if most_have(NTLM_HEX_LEN) => Err(NTLM_LIST),
        () => Ok(Format::Words),
    }
}

/// The number of hexadecimal digits before the end or the colon of a line; none when other characters precede
/// it.
fn leading_hex_digits(line: &[u8]) -> usize {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    if matches!(line.get(digits), None | Some(b':')) { digits } else { 0 }
}

impl Format {
    /// The key of a line; none for a line that is skipped; or what was expected.
    pub(super) fn key(self, line: &[u8], min_count: Option<u64>) -> Result<Option<u64>, &'static str> {
        match self {
            _ if line.is_empty() => Ok(None),
            Self::Sha1 => hash_key(line, min_count),
            Self::Words => Ok(word_key(line)),
        }
    }
}

fn hash_key(line: &[u8], min_count: Option<u64>) -> Result<Option<u64>, &'static str> {
    match leading_hex_digits(line) {
        SHA1_HEX_LEN => {}
        NTLM_HEX_LEN => return Err(NTLM_LIST),
        _ => return Err(EXPECTED),
    }
    let count = line.get(SHA1_HEX_LEN + 1..).map(parse_count);
    let is_enough = match (min_count, count) {
        (_, Some(None)) => return Err(EXPECTED),
        (Some(_), None) => return Err("expected a count after the hash, because of --min-count"),
        (Some(least), Some(Some(count))) => count >= least,
        (None, _) => true,
    };
    let digits = line.iter().take(16);
    Ok(is_enough.then(|| digits.fold(0, |key, digit| key << 4 | u64::from(hex_value(*digit)))))
}

/// The value of a hexadecimal digit, which the caller has validated: a letter's low four bits plus nine. It
/// has no branches, unlike the crate `hex`, because a list has a billion lines.
const fn hex_value(digit: u8) -> u8 {
    (digit & 0xf) + 9 * (digit >> 6)
}

fn parse_count(digits: &[u8]) -> Option<u64> {
    let is_digits = digits.iter().all(u8::is_ascii_digit);
    str::from_utf8(digits).ok().filter(|_| is_digits).and_then(|digits| digits.parse().ok())
}

/// The key of a word in the normal form in which passwords are compared; none for one that cannot be a
/// password.
fn word_key(line: &[u8]) -> Option<u64> {
    match str::from_utf8(line) {
        _ if line.len() > MAX_BYTES => None,
        Ok(text) if !text.is_ascii() => Some(key(&digest(to_nfc(text).expose().as_bytes()))),
        _ => Some(key(&digest(line))),
    }
}

#[cfg(test)]
mod tests {
    use super::{EXPECTED, Format, NTLM_LIST, detect_format};

    const HASH: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";
    const KEY: u64 = 0x5baa_61e4_c9b9_3f3f;

    fn hash(line: &str, min_count: Option<u64>) -> Result<Option<u64>, &'static str> {
        Format::Sha1.key(line.as_bytes(), min_count)
    }

    #[test]
    fn a_hash_and_its_word_are_one_key() {
        for line in [HASH, &HASH.to_lowercase(), &format!("{HASH}:10434004"), &format!("{HASH}:0")] {
            assert_eq!(hash(line, None), Ok(Some(KEY)), "{line}");
        }
        assert_eq!(Format::Words.key(b"password", None), Ok(Some(KEY)));
    }

    #[test]
    fn rare_hashes_are_left_out_and_need_a_count() {
        let line = format!("{HASH}:7");
        assert_eq!(hash(&line, Some(7)), Ok(Some(KEY)));
        assert_eq!(hash(&line, Some(8)), Ok(None));
        assert!(hash(HASH, Some(1)).unwrap_err().contains("--min-count"));
    }

    #[test]
    fn malformed_hashes_are_refused() {
        for line in ["password", &HASH[1..], &format!("{HASH}0"), &format!("{HASH}:"), &format!("{HASH}:+1")]
        {
            assert_eq!(hash(line, None), Err(EXPECTED), "{line}");
        }
        assert_eq!(hash(&HASH[8..], None), Err(NTLM_LIST));
    }

    #[test]
    fn words_are_composed_when_they_are_text_and_taken_as_they_are_when_not() {
        let key = |line: &[u8]| Format::Words.key(line, None).unwrap();
        assert_eq!(key("cafe\u{301}".as_bytes()), key("caf\u{e9}".as_bytes()));
        assert_ne!(key(b"caf\xe9"), key("caf\u{e9}".as_bytes()));
        assert_eq!(key(b""), None);
        assert_eq!(key(&[b'a'; 4097]), None);
    }

    #[test]
    fn the_first_lines_tell_what_a_list_is() {
        let detect = |lines: &[&str]| detect_format(lines.iter().map(|line| line.as_bytes()));
        assert_eq!(detect(&[HASH, "oops", HASH]), Ok(Format::Sha1));
        assert_eq!(detect(&["password", HASH, "letmein"]), Ok(Format::Words));
        assert_eq!(detect(&[&HASH[8..]]), Err(NTLM_LIST));
        assert_eq!(detect(&[]), Ok(Format::Words));
    }
}
