//! What stands in macros and attributes is no tree: it is read token by token.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The tokens without texts, numbers and lifetimes, which name nothing.
pub fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
    let mut is_lifetime = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => flatten_group(&group, words),
            TokenTree::Ident(_) if is_lifetime => {}
            TokenTree::Ident(name) => words.push(name.to_string()),
            TokenTree::Punct(sign) if sign.as_char() == '\'' => {
                is_lifetime = true;
                continue;
            }
            TokenTree::Punct(sign) => words.push(sign.as_char().to_string()),
            TokenTree::Literal(_) => {}
        }
        is_lifetime = false;
    }
}

fn flatten_group(group: &Group, words: &mut Vec<String>) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    };
    words.push(open.to_owned());
    flatten(group.stream(), words);
    words.push(close.to_owned());
}

/// The paths among the words of a macro.
pub fn paths_in(words: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let is_path = is_name(&words[at]) && (follows(words, at + 1, "::") || is_used(words, at));
        at = if is_path { branch(words, at, &[], &mut found) } else { at + 1 };
    }
    found
}

/// Reads one path from `at`, a group at its end included, and returns where it stops.
fn branch(words: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    loop {
        match words.get(at).map(String::as_str) {
            Some("{") => return spread_group(words, at + 1, &path, found),
            Some(word) if is_name(word) || word == "*" => path.push(word.to_owned()),
            _ => break,
        }
        at += 1;
        if !follows(words, at, "::") {
            break;
        }
        at += 2;
    }
    found.push(path);
    if words.get(at).is_some_and(|word| word == "as") { at + 2 } else { at }
}

fn spread_group(words: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    while let Some(word) = words.get(at) {
        match word.as_str() {
            "}" => return at + 1,
            word if is_name(word) || word == "*" => at = branch(words, at, before, found),
            _ => at += 1,
        }
    }
    at
}

fn is_name(word: &str) -> bool {
    word.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}

/// Whether a name without a path is one that `use` brings in.
fn is_used(words: &[String], at: usize) -> bool {
    at > 0 && words[at - 1] == "use"
}

fn follows(words: &[String], at: usize, signs: &str) -> bool {
    let mut signs = signs.chars().enumerate();
    signs.all(|(place, sign)| words.get(at + place).is_some_and(|word| *word == sign.to_string()))
}
