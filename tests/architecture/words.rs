//! Rust source as words: names, and single signs. Comments, texts and lifetimes are left out, so that a sentence about a
//! module does not count as using it. It is no parser: macros and attributes are words like any other.

/// The words of a source, in order.
pub fn words(source: &str) -> Vec<String> {
    let signs: Vec<char> = source.chars().collect();
    let (mut words, mut at) = (Vec::new(), 0);
    while at < signs.len() {
        let rest = &signs[at..];
        at += match skipped(rest) {
            0 => {
                let length = name(rest).max(1);
                if !rest[0].is_whitespace() {
                    words.push(rest[..length].iter().collect());
                }
                length
            }
            length => length,
        };
    }
    words
}

/// The paths of a source, `use` groups spread out: `use a::{b, c::d}` gives `a::b` and `a::c::d`. Each comes with the number
/// of inline modules it stands in, which `super` has to leave first.
pub fn paths(source: &str) -> Vec<(usize, Vec<String>)> {
    let words = words(source);
    let (mut found, mut modules, mut depth) = (Vec::new(), Vec::new(), 0_usize);
    let mut at = 0;
    while at < words.len() {
        match words[at].as_str() {
            "mod" if words.get(at + 2).is_some_and(|word| word == "{") => modules.push(depth),
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if modules.last() == Some(&depth) {
                    modules.pop();
                }
            }
            word if is_name(word) && (follows(&words, at + 1, "::") || is_used(&words, at)) => {
                let mut spread = Vec::new();
                at = branch(&words, at, &[], &mut spread);
                found.extend(spread.into_iter().map(|path| (modules.len(), path)));
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads one path from `at`, a group at its end included, and tells where it stops.
fn branch(words: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    loop {
        match words.get(at).map(String::as_str) {
            Some("{") => return group(words, at + 1, &path, found),
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
    // Another name for it is no part of it.
    if words.get(at).is_some_and(|word| word == "as") { at + 2 } else { at }
}

fn group(words: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
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
    signs
        .chars()
        .enumerate()
        .all(|(place, sign)| words.get(at + place).is_some_and(|word| *word == sign.to_string()))
}

fn name(rest: &[char]) -> usize {
    rest.iter().take_while(|sign| sign.is_alphanumeric() || **sign == '_').count()
}

/// How many signs at the beginning are a comment, a text, a letter or a lifetime.
fn skipped(rest: &[char]) -> usize {
    match rest {
        ['/', '/', ..] => rest.iter().take_while(|sign| **sign != '\n').count(),
        ['/', '*', ..] => until(rest, &['*', '/']),
        ['"', ..] => text(rest),
        ['r', '"', ..] => 1 + until(&rest[1..], &['"']),
        ['r', '#', '"', ..] => until(rest, &['"', '#']),
        ['\'', '\\', _, ..] => 3 + until_from(&rest[3..], &['\'']),
        ['\'', _, '\'', ..] => 3,
        ['\'', ..] => 1 + name(&rest[1..]),
        _ => 0,
    }
}

/// The length up to and with the end mark, which is not looked for in the first sign.
fn until(rest: &[char], end: &[char]) -> usize {
    let from = rest.get(end.len().max(2)..).unwrap_or_default();
    if end.len() == 1 { 1 + until_from(&rest[1..], end) } else { end.len().max(2) + until_from(from, end) }
}

fn until_from(rest: &[char], end: &[char]) -> usize {
    rest.windows(end.len()).position(|part| part == end).map_or(rest.len(), |at| at + end.len())
}

fn text(rest: &[char]) -> usize {
    let mut escaped = false;
    let end = rest.iter().skip(1).position(|sign| {
        let closes = *sign == '"' && !escaped;
        escaped = *sign == '\\' && !escaped;
        closes
    });
    end.map_or(rest.len(), |at| at + 2)
}

#[test]
fn comments_texts_and_letters_are_no_words() {
    let source = "a // crate::b\n/* crate::c */ \"crate::\\\"d\" 'e' '\\'' '\\u{1f}' <'f> r\"crate::\\\" r#\"g\"h\"# r#i /**/ b\"j\" k";
    assert_eq!(words(source), ["a", "<", ">", "r", "#", "i", "b", "k"]);
}

#[test]
fn groups_are_spread_out() {
    let source =
        "use z as y; use a::{b, c::{self, d as e}, f::*}; mod g { fn h() { super::i(j); } } k::<l>(m::n);";
    let found: Vec<String> =
        paths(source).into_iter().map(|(deep, path)| format!("{deep} {}", path.join("::"))).collect();
    assert_eq!(
        found,
        ["0 z", "0 a::b", "0 a::c::self", "0 a::c::d", "0 a::f::*", "1 super::i", "0 k", "0 m::n"]
    );
}
