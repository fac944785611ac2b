//! Search keys of users: by exact value or prefix of an email address, username, name or phone number. A
//! prefix search becomes a text range that every database orders alike; the text is hexadecimal, so that
//! collations do not affect it.

use crate::types::identifier::email::Email;

/// A text range: from the first, up to but not including the second. The empty range finds nothing.
pub type Range = (String, String);

/// The ranges of a search: a user matches if one of them does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchRanges {
    /// The email address.
    pub email: Range,
    /// The username.
    pub username: Range,
    /// The display name.
    pub name: Range,
    /// The phone number.
    pub phone: Range,
    /// The exact id.
    pub id: String,
}

/// A searchable field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchField {
    /// All fields.
    Any,
    /// The id.
    Id,
    /// The email address.
    Email,
    /// The phone number.
    Phone,
    /// The username.
    Username,
    /// The display name.
    Name,
}

impl SearchRanges {
    /// The fields that are searched, by the names that operators use.
    pub fn field_names(&self) -> Vec<&'static str> {
        let ranges = [
            ("email", &self.email.0),
            ("username", &self.username.0),
            ("name", &self.name.0),
            ("phone", &self.phone.0),
            ("id", &self.id),
        ];
        ranges.into_iter().filter(|(_, begin)| !begin.is_empty()).map(|(name, _)| name).collect()
    }

    /// The users whose field equals or starts with this text.
    pub fn for_field(part: SearchField, text: &str, is_beginning: bool) -> Self {
        let has = |wanted: SearchField| part == SearchField::Any || part == wanted;
        let range = |text: &str| prefix_range(&hex::encode(text), if is_beginning { "g" } else { "0" });
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let is_number = !digits.is_empty() && !text.chars().any(char::is_alphabetic) && !text.contains('@');
        let mut wanted = Self::default();
        if has(SearchField::Email) {
            // A whole address may be written in another way than its canonical spelling.
            let key = Email::parse(text).filter(|_| !is_beginning).map(|email| email.key().to_owned());
            wanted.email = range(&key.unwrap_or_else(|| text.to_lowercase()));
        }
        if has(SearchField::Username) {
            wanted.username = range(&text.to_lowercase());
        }
        if has(SearchField::Name) {
            wanted.name = range(&text.to_lowercase());
        }
        if has(SearchField::Phone) && is_number {
            wanted.phone = prefix_range(&digits, if is_beginning { "a" } else { "0" });
        }
        if has(SearchField::Id) && !is_beginning {
            text.clone_into(&mut wanted.id);
        }
        wanted
    }
}

/// Everything from `text` on that starts with it and continues with less than `end`.
fn prefix_range(text: &str, end: &str) -> Range {
    (text.to_owned(), format!("{text}{end}"))
}

#[cfg(test)]
mod tests {
    use super::{SearchField, SearchRanges};

    #[test]
    fn a_whole_text_is_a_range_of_one() {
        let wanted = SearchRanges::for_field(SearchField::Name, "Ada", false);
        let (from, to) = &wanted.name;
        assert_eq!(from, &hex::encode("ada"));
        assert!(from < to && to <= &hex::encode("ada0") && to <= &hex::encode("ada\u{1}"));
        assert_eq!(wanted.email, Default::default());
    }

    #[test]
    fn a_beginning_is_a_range_of_all_that_follow() {
        let (from, to) = SearchRanges::for_field(SearchField::Name, "ad", true).name;
        for inside in ["ad", "ada", "adé", "ad\u{10ffff}"] {
            assert!((from.as_str()..to.as_str()).contains(&hex::encode(inside).as_str()), "{inside}");
        }
        for outside in ["ac", "ae", "a", "b"] {
            assert!(!(from.as_str()..to.as_str()).contains(&hex::encode(outside).as_str()), "{outside}");
        }
    }

    #[test]
    fn a_number_is_its_digits() {
        assert_eq!(
            SearchRanges::for_field(SearchField::Any, "+1 202", true).phone,
            ("1202".to_owned(), "1202a".to_owned())
        );
        assert_eq!(SearchRanges::for_field(SearchField::Any, "a1", true).phone, Default::default());
    }
}
