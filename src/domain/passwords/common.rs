//! Passwords that everybody guesses first, built in. Not the breach corpus: that is a far larger filter beside it. The
//! surprise: a listed word stays common with any digits or symbols after it, as in `Dragon2024!`.

use std::cmp::Ordering;
use std::sync::LazyLock;

/// Lower case, ASCII, sorted by bytes, six characters or more.
static LIST: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Whether the password, whatever its capitals, is on the list: whole, without its symbols at the end, or without its
/// digits and symbols at the end.
pub fn is_common(password: &str) -> bool {
    let without_symbols = password.trim_end_matches(|last: char| !last.is_alphanumeric());
    let without_digits = password.trim_end_matches(|last: char| !last.is_alphabetic());
    [password, without_symbols, without_digits].into_iter().any(is_listed)
}

fn is_listed(text: &str) -> bool {
    LIST.binary_search_by(|word| compare(word, text)).is_ok()
}

/// Folds while comparing, so that no second copy of the password comes into being.
fn compare(word: &str, text: &str) -> Ordering {
    word.bytes().cmp(text.bytes().map(|byte| byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::{LIST, is_common};

    #[test]
    fn the_list_is_sorted_lower_case_and_long_enough() {
        assert!(LIST.len() > 400);
        assert!(LIST.windows(2).all(|pair| pair[0] < pair[1]));
        let fits = |word: &&str| word.len() >= 6 && word.is_ascii() && **word == word.to_lowercase();
        assert!(LIST.iter().all(fits));
    }

    #[test]
    fn capitals_and_tails_do_not_hide_a_common_password() {
        for common in ["password", "PassWord", "Password2024!", "1q2w3e4r!!", "123456", "123456!", "Dragon#1"]
        {
            assert!(is_common(common), "{common}");
        }
    }

    #[test]
    fn other_passwords_pass() {
        for fine in [
            "",
            "!!!!!!",
            "correct horse battery staple",
            "passwordly",
            "2024dragon",
            "Tr0ub4dor&3",
            "пароль",
        ] {
            assert!(!is_common(fine), "{fine}");
        }
    }
}
