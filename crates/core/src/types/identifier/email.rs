//! Email addresses, parsed into their canonical spelling, which is what is stored, mailed, proved and looked
//! up. Mailing the text as typed but looking up its folded form would let the owner of a mailbox in
//! full-width letters take over the account of its plain namesake. An address whose `@` only appears after
//! Unicode normalisation is refused (GHSA-7rqj-j65f-68wh).

use unicode_normalization::UnicodeNormalization;

use crate::types::identifier::IdentifierError;
use crate::types::identifier::characters::{
    MAX_INPUT_BYTES, is_identifier_class, is_invisible, trim_invisible,
};

/// The longest accepted address, in characters (the contract's limit).
const MAX_LEN: usize = 256;

/// A well-formed address in its canonical spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses an address, ignoring white space and invisible characters at its ends. The domain is folded by
    /// IDNA, the local part to lowercase: common mailbox providers ignore case, and two accounts that differ
    /// only by it are a trap.
    pub fn parse(text: &str) -> Option<Self> {
        Self::try_parse(text).ok()
    }

    /// The same, with the reason for a refusal.
    pub fn try_parse(text: &str) -> Result<Self, IdentifierError> {
        // The length is checked before folding: folding a domain of 60 KB takes far longer than reading it.
        if text.len() > MAX_INPUT_BYTES {
            return Err(IdentifierError::Malformed);
        }
        let raw = trim_invisible(text);
        let parts = raw.split_once('@').filter(|_| raw.chars().count() <= MAX_LEN);
        let (local, domain) = parts.ok_or(IdentifierError::Malformed)?;
        if local.chars().any(is_invisible) {
            return Err(IdentifierError::Hidden);
        }
        fold_address(local, domain).map(Self).ok_or(IdentifierError::Malformed)
    }

    /// The canonical spelling: the same for all spellings of one mailbox.
    pub fn key(&self) -> &str {
        &self.0
    }

    /// The canonical spelling of a stored address; one that today's rules no longer accept stays as it is.
    pub fn canonicalize(kept: &str) -> String {
        Self::parse(kept).map_or_else(|| kept.to_owned(), |email| email.0)
    }
}

fn fold_address(local: &str, domain: &str) -> Option<String> {
    if !is_plain_local(local) {
        return None;
    }
    let domain = idna::domain_to_ascii_strict(domain).ok().filter(|domain| is_plain_domain(domain))?;
    let local: String = local.nfkc().collect::<String>().to_lowercase().nfc().collect();
    // A look-alike at sign must not become one after folding: it would move the domain boundary.
    let key = format!("{local}@{domain}");
    let is_sound = key.matches('@').count() == 1 && is_plain_local(&local) && is_identifier_class(&local);
    is_sound.then_some(key)
}

/// Letters, digits and the unquoted specials of RFC 5322; non-ASCII letters are allowed (RFC 6531).
fn is_plain_local(local: &str) -> bool {
    let allowed = |c: char| {
        c.is_alphanumeric()
            || "!#$%&'*+/=?^_`{|}~-.".contains(c)
            || !c.is_ascii() && !c.is_control() && !c.is_whitespace()
    };
    (1..=64).contains(&local.len())
        && local.chars().all(allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
}

fn is_plain_domain(domain: &str) -> bool {
    let label = |part: &str| (1..=63).contains(&part.len()) && !part.starts_with('-') && !part.ends_with('-');
    domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{Email, IdentifierError};

    fn key(text: &str) -> Option<String> {
        Email::parse(text).map(|email| email.key().to_owned())
    }

    #[test]
    fn spellings_of_one_mailbox_share_a_key() {
        assert_eq!(key("  Ada@Example.COM "), Some("ada@example.com".into()));
        assert_eq!(key("ada@BÜCHER.example"), Some("ada@xn--bcher-kva.example".into()));
        assert_eq!(key("ada@bücher.example"), key("ada@xn--bcher-kva.example"));
    }

    #[test]
    fn a_sign_that_cannot_be_seen_is_forgiven_at_the_ends_and_refused_inside() {
        assert_eq!(key("\u{200b}ada@example.com\u{feff} "), Some("ada@example.com".into()));
        for text in ["a\u{200b}da@example.com", "ada\u{202e}@example.com", "a\u{ad}da@example.com"] {
            assert_eq!(Email::try_parse(text), Err(IdentifierError::Hidden), "{text:?}");
        }
        assert_eq!(key("ｖictim@corp.example"), Some("victim@corp.example".into()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a b@example.com",
            "ada@exam ple.com",
            "a@b@example.com",
            "ada☃@example.com",
            "o’brien@example.com",
            "ada\r\nBcc: x@example.com",
            "ada@example.com\r\nBcc: y",
            "ada\u{ff20}evil.example@example.com",
            "ada@-x.example",
            "a\0@example.com",
        ] {
            assert_eq!(Email::try_parse(text), Err(IdentifierError::Malformed), "{text:?}");
        }
        assert_eq!(key(&format!("{}@example.com", "a".repeat(65))), None);
        assert_eq!(key(&format!("a@{}.com", "b".repeat(300))), None);
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(local in "[A-Za-zäöüÄ0-9.+-]{1,20}", domain in "[A-Za-zäü0-9]{1,12}\\.[a-z]{2,4}") {
            if let Some(first) = Email::parse(&format!("{local}@{domain}")) {
                prop_assert_eq!(key(first.key()), Some(first.key().to_owned()));
            }
        }

        #[test]
        fn so_is_that_of_a_local_part_in_any_script(local in "\\PC{1,8}") {
            if let Some(first) = Email::parse(&format!("{local}@example.com")) {
                prop_assert_eq!(key(first.key()), Some(first.key().to_owned()));
            }
        }
    }
}
