//! Rust source as a syntax tree. Comments and texts are left out, so that a sentence about a module does not
//! use it.

pub mod functions;
pub mod paths;
mod tokens;

fn parse(source: &str) -> syn::File {
    syn::parse_file(source).unwrap_or_else(|error| panic!("{error}: {source}"))
}

/// The names and single signs of a source, in order.
pub fn words(source: &str) -> Vec<String> {
    let mut words = Vec::new();
    tokens::flatten(source.parse().unwrap_or_else(|error| panic!("{error}: {source}")), &mut words);
    words
}

#[test]
fn comments_texts_and_letters_are_no_words() {
    let source = "a // crate::b\n/* crate::c */ \"crate::\\\"d\" 'e' '\\'' '\\u{1f}' <'f> r\"crate::\\\" r#\"g\"h\"# i /**/ b\"j\" 1 k";
    assert_eq!(words(source), ["a", "<", ">", "i", "k"]);
}
