//! The built-in filter of the most common passwords, in lowercase. Leaked passwords are a far larger file
//! outside the binary. A listed word is also recognised with a few digits or symbols after it, as in
//! `Dragon2024!`.

use zeroize::Zeroizing;

/// The longest suffix that is stripped, in characters. A longer one makes up most of the password.
const MAX_TAIL_LEN: usize = 6;
/// The shortest word that is looked for before a suffix, in characters: with shorter ones good passwords
/// would be refused by chance.
const MIN_WORD_LEN: usize = 6;
/// A bound above the longest text on the list, in bytes. Longer ones are not even folded.
const MAX_PASSWORD_BYTES: usize = 64;

/// Aligns the bytes, because fingerprints are read in place, four bytes at a time.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

static FILTER: &Aligned<[u8]> = &Aligned(*include_bytes!("common.filter"));

/// The file, which is made by bin/common-passwords.
pub(super) fn bytes() -> &'static [u8] {
    &FILTER.0
}

/// Whether the list, queried through `is_listed`, has the password regardless of case: whole, without
/// trailing symbols, or without trailing digits and symbols.
pub(super) fn is_common(password: &str, is_listed: impl Fn(&str) -> bool) -> bool {
    if password.len() > MAX_PASSWORD_BYTES {
        return false;
    }
    let mut folded = Zeroizing::new(String::with_capacity(password.len()));
    folded.extend(password.chars().map(|letter| letter.to_ascii_lowercase()));
    let without_symbols = strip_tail(&folded, |last| !last.is_alphanumeric());
    let without_digits = strip_tail(&folded, |last| !last.is_alphabetic());
    is_listed(&folded) || [without_symbols, without_digits].into_iter().flatten().any(is_listed)
}

/// The text without its suffix, if there is one and it is shorter than the rest.
fn strip_tail(text: &str, is_tail: impl Fn(char) -> bool) -> Option<&str> {
    let word = text.trim_end_matches(is_tail);
    let tail = text.get(word.len()..).unwrap_or_default().chars().count();
    let is_word = (1..=MAX_TAIL_LEN).contains(&tail) && word.chars().count() >= MIN_WORD_LEN;
    is_word.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::is_common;
    use crate::passwords::breaches::Filter;

    fn is_listed(password: &str) -> bool {
        Filter::built_in().contains_password(password)
    }

    #[test]
    fn capitals_and_tails_do_not_hide_a_common_password() {
        for common in [
            "password",
            "PassWord",
            "Password2024!",
            "1q2w3e4r!!",
            "123456",
            "123456!",
            "Dragon#1",
            "Dragon2024!",
            "Football2019!",
            "correcthorsebatterystaple",
        ] {
            assert!(is_listed(common), "{common}");
        }
    }

    #[test]
    fn other_passwords_pass() {
        for fine in [
            "",
            "?!?!?!?!",
            "correct horse battery staple",
            "passwordly",
            "2024dragon",
            "Tr0ub4dor&3",
            "пароль",
            "goldfish99182736kX",
            "goldfish!9918273",
            "blue whale dragon2024",
        ] {
            assert!(!is_listed(fine), "{fine}");
        }
    }

    #[test]
    fn the_filter_is_as_it_was_made() {
        assert!(Filter::built_in().verify_checksums());
    }

    #[test]
    fn every_addition_of_ours_is_listed() {
        let additions = include_str!("common-additions.txt").lines();
        let missing: Vec<&str> = additions.filter(|word| !is_listed(word)).collect();
        assert!(missing.is_empty(), "run bin/common-passwords: {missing:?}");
    }

    #[test]
    fn only_a_short_tail_after_a_word_of_six_is_cut() {
        let tried = |password: &str| {
            let tried = std::cell::RefCell::new(Vec::new());
            is_common(password, |word| {
                tried.borrow_mut().push(word.to_owned());
                false
            });
            tried.into_inner()
        };
        assert_eq!(tried("Dragon#12!"), ["dragon#12!", "dragon#12", "dragon"]);
        assert_eq!(tried("Gold99"), ["gold99"]);
        assert_eq!(tried("Dragon1234567"), ["dragon1234567"]);
        assert_eq!(tried(&"a".repeat(65)), Vec::<String>::new());
    }
}
