//! What the check for leaked passwords expects from the outside: a server that returns ranges of hashes. Its
//! error texts go to logs and operators and never contain a part of a hash.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

/// A server that knows leaked passwords. It receives five hex digits of a SHA-1 and nothing else, and returns
/// every hash that starts with them: it never learns which one was meant, or whether any was (k-anonymity).
pub trait BreachServer: Send + Sync {
    /// The timeout of a whole request.
    fn timeout(&self) -> Duration;

    /// The suffixes of the leaked hashes with this prefix, in any order, without padding entries.
    fn fetch_range(&self, prefix: Sha1Prefix) -> RangeFuture<'_>;
}

/// A pending request.
pub type RangeFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<Sha1Suffix>, Unavailable>> + Send + 'a>>;

/// Why a breach server's response cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unavailable(pub String);

impl Unavailable {
    /// The request timed out.
    pub fn timed_out() -> Self {
        Self("the breach server did not answer in time".to_owned())
    }
}

/// The first five hex digits of a SHA-1, which very many passwords share. Only `Display` shows them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha1Prefix(u32);

impl Sha1Prefix {
    /// The prefix of this hash.
    pub fn of(hash: &[u8; 20]) -> Self {
        let [first, second, third, ..] = *hash;
        Self(u32::from_be_bytes([0, first, second, third]) >> 4)
    }
}

impl fmt::Display for Sha1Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05X}", self.0)
    }
}

/// The 64 bits of a SHA-1 after its prefix: eight bytes for each leaked hash instead of eighteen. With the
/// prefix 84 bits are compared, so that in a range of 2,000 one unlisted password in 10^16 is reported as
/// listed, and a listed one is never missed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sha1Suffix(u64);

impl Sha1Suffix {
    /// The suffix of this hash.
    pub fn of(hash: &[u8; 20]) -> Self {
        let bits = hash.iter().skip(2).take(9).fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        // The nine bytes start with the last digit of the prefix and end with half a byte too many.
        Self((bits >> 4) as u64)
    }

    /// Parses the 35 hex digits of a range entry, in either case.
    pub fn parse(digits: &str) -> Option<Self> {
        let is_suffix = digits.len() == 35 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let known = digits.get(..16).filter(|_| is_suffix)?;
        u64::from_str_radix(known, 16).ok().map(Self)
    }
}

impl fmt::Debug for Sha1Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prefix(•••)")
    }
}

impl fmt::Debug for Sha1Suffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tail(•••)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Sha1Prefix, Sha1Suffix};

    /// SHA-1 of `password`: 5BAA6 1E4C9B93F3F06822 50B6CF8331B7EE68FD8.
    const HASH: [u8; 20] = [
        0x5b, 0xaa, 0x61, 0xe4, 0xc9, 0xb9, 0x3f, 0x3f, 0x06, 0x82, 0x25, 0x0b, 0x6c, 0xf8, 0x33, 0x1b, 0x7e,
        0xe6, 0x8f, 0xd8,
    ];

    #[test]
    fn a_hash_is_cut_after_its_fifth_digit() {
        assert_eq!(Sha1Prefix::of(&HASH).to_string(), "5BAA6");
        assert_eq!(Sha1Prefix::of(&[0; 20]).to_string(), "00000");
        assert_eq!(Sha1Prefix::of(&[255; 20]).to_string(), "FFFFF");
    }

    #[test]
    fn a_line_of_a_range_and_a_hash_have_the_same_tail() {
        let tail = Some(Sha1Suffix::of(&HASH));
        assert_eq!(Sha1Suffix::parse("1E4C9B93F3F0682250B6CF8331B7EE68FD8"), tail);
        assert_eq!(Sha1Suffix::parse("1e4c9b93f3f0682250b6cf8331b7ee68fd8"), tail);
        assert_ne!(Sha1Suffix::parse("1E4C9B93F3F0682350B6CF8331B7EE68FD8"), tail);
        assert_ne!(Sha1Suffix::parse("0E4C9B93F3F0682250B6CF8331B7EE68FD8"), tail);
    }

    #[test]
    fn what_is_no_tail_is_not_read() {
        let whole = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";
        for digits in
            ["", &whole[1..], &format!("0{whole}"), &whole.replace('B', "G"), &whole.replace("1E", "+E")]
        {
            assert!(Sha1Suffix::parse(digits).is_none(), "{digits}");
        }
        assert!(Sha1Suffix::parse(&format!("{}0", "é".repeat(17))).is_none());
    }
}
