//! Verification codes as typed by users. Spaces, dashes, invisible characters and digits of other scripts are
//! accepted, and the code is found in a pasted sentence.

use crate::types::identifier::characters::ascii_digit;

/// Six digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedCode(String);

impl TypedCode {
    /// Parses what was typed; none unless it holds exactly six digits.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 400 {
            return None;
        }
        let digits: String = text.chars().filter_map(ascii_digit).collect();
        (digits.len() == 6).then_some(Self(digits)).or_else(|| find_single_code(text))
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// In a pasted sentence, the only run of exactly six digits ("123456 is your code, good for 10 minutes").
fn find_single_code(text: &str) -> Option<TypedCode> {
    let plain: String = text.chars().map(|c| ascii_digit(c).unwrap_or(' ')).collect();
    let mut groups = plain.split_whitespace().filter(|group| group.len() == 6);
    match (groups.next(), groups.next()) {
        (Some(only), None) => Some(TypedCode(only.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::TypedCode;

    #[test]
    fn wrappings_are_forgiven() {
        for text in [
            "123456",
            " 123 456 ",
            "123-456",
            "１２３４５６",
            "١٢٣٤٥٦",
            "12\u{200b}3456",
            "Your code is 123456.",
            "123456 is your code. It works for 10 minutes.",
        ] {
            assert_eq!(TypedCode::parse(text).map(|code| code.0), Some("123456".into()), "{text}");
        }
    }

    #[test]
    fn anything_else_is_not_a_code() {
        for text in ["", "12345", "1234567", "abcdef", "123456 or 654321", &"1".repeat(500)] {
            assert_eq!(TypedCode::parse(text), None, "{text}");
        }
    }
}
