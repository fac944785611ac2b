//! Usernames: the lookup key, and the skeleton that prevents lookalikes. A username accepted under older
//! rules can still sign in; the stricter rules apply to new names only.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::{MixedScript as _, RestrictionLevel, RestrictionLevelDetection as _};

use crate::types::identifier::IdentifierError;
use crate::types::identifier::characters::{is_identifier_class, is_invisible, trim_invisible};

/// The longest username, in characters.
const MAX_LEN: usize = 128;

/// The canonical form of a username: letters of any script, digits, `_ . -`, not starting with a digit,
/// folded to lowercase.
pub fn username_key(text: &str) -> Option<String> {
    let text = trim_invisible(text);
    if text.chars().count() > MAX_LEN {
        return None;
    }
    let folded: String = text.nfkc().collect::<String>().to_lowercase();
    let allowed = |c: char| c.is_alphanumeric() || "_.-".contains(c);
    let starts_well = folded.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    (starts_well && folded.chars().count() <= MAX_LEN && folded.chars().all(allowed)).then_some(folded)
}

/// The same, with the reason for a refusal.
pub(super) fn try_parse_key(text: &str) -> Result<String, IdentifierError> {
    if trim_invisible(text).chars().any(is_invisible) {
        return Err(IdentifierError::Hidden);
    }
    username_key(text).ok_or(IdentifierError::Malformed)
}

/// The username as stored and displayed: with its capitals, without characters that only differ in
/// appearance. If the capitals make it look like another name (`Ian` like `lan`), its key is shown instead.
pub fn displayed_username(text: &str) -> String {
    let written: String = trim_invisible(text).nfkc().collect();
    match username_key(&written) {
        Some(key) if username_skeleton(&key) != username_skeleton(&written) => key,
        _ => written,
    }
}

/// The skeleton of a username (UTS 39): equal for `paypal`, `paypa1` and their lookalikes in other scripts,
/// regardless of case.
pub fn username_skeleton(key: &str) -> String {
    unicode_security::skeleton(key).collect::<String>().to_lowercase()
}

/// Whether a new username may be this: identifier characters only, of one script or of scripts that are
/// commonly combined (UTS 39, highly restrictive).
pub(super) fn is_allowed_for_new(key: &str) -> bool {
    let is_of_one =
        key.is_single_script() || key.check_restriction_level(RestrictionLevel::HighlyRestrictive);
    is_of_one && is_identifier_class(key)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::{displayed_username, is_allowed_for_new, username_key, username_skeleton};

    fn skeleton(text: &str) -> String {
        username_skeleton(&username_key(text).unwrap())
    }

    #[test]
    fn what_looks_alike_has_one_skeleton() {
        for (one, other) in [
            ("paypal", "PayPa1"),
            ("scope", "ѕсоре"),
            ("modern", "rnodern"),
            ("ADA0", "adao"),
            ("ada", "ａｄａ"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        assert_ne!(skeleton("ada"), skeleton("adá"));
    }

    #[test]
    fn a_new_name_is_of_scripts_that_are_written_together() {
        for name in ["ada_l", "ада", "ada-太郎", "アダ太郎"] {
            assert!(is_allowed_for_new(&username_key(name).unwrap()), "{name}");
        }
        for name in ["pаypal", "αdmin", "адa"] {
            assert!(!is_allowed_for_new(&username_key(name).unwrap()), "{name}");
        }
    }

    #[test]
    fn a_name_keeps_its_capitals_and_nothing_else() {
        assert_eq!(displayed_username("\u{202a}Ａda_L \u{202c}"), "Ada_L");
        assert_eq!((displayed_username("Ian"), displayed_username("ΟΝΟ")), ("ian".into(), "ονο".into()));
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in "\\PC{1,12}") {
            if let Some(key) = username_key(&text) {
                prop_assert_eq!(username_key(&key), Some(key));
            }
        }

        /// Usernames accepted one after the other by these rules never include two that look alike.
        #[test]
        fn no_two_names_that_were_taken_look_alike(names in proptest::collection::vec("[aoO0lI1|mрсеоіӏɑⅼrn]{1,3}", 2..40)) {
            let mut taken: HashMap<String, String> = HashMap::new();
            for (key, name) in names.iter().filter_map(|name| Some((username_key(name)?, name))) {
                if is_allowed_for_new(&key) {
                    taken.entry(username_skeleton(&key)).or_insert_with(|| displayed_username(name));
                }
            }
            for (one, other) in taken.values().flat_map(|one| taken.values().map(move |other| (one, other))) {
                let alike = unicode_security::skeleton(one).eq(unicode_security::skeleton(other));
                prop_assert!(one == other || !alike, "{one} {other}");
            }
        }
    }
}
