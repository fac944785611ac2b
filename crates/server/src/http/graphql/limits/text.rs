//! Scans the text of a query in one pass, token by token. It answers three attacks on the parser: nested
//! brackets overflow its stack, an unterminated block string is searched again at every quote, and long
//! tokens are read several times. It also refuses an escaped U+0000, which the parser would decode only after
//! the body was checked.

use std::collections::HashSet;

use crate::http::graphql::limits::LimitExceeded;

/// The most tokens.
const MAX_TOKENS: usize = 10_000;
/// The deepest nesting of brackets; ten levels of fields with arguments need half of it.
const MAX_NESTING: usize = 40;
/// The longest name or number, in bytes.
const MAX_TOKEN_BYTES: usize = 256;

/// Refuses a text that is expensive to parse, or that has a duplicate key in an object.
pub(super) fn check_text(query: &str) -> Result<(), LimitExceeded> {
    let mut rest = query.as_bytes();
    let mut words = 0_usize;
    let mut brackets = Brackets::default();
    while let Some((&first, after)) = rest.split_first() {
        let length = match first {
            b'#' => comment_len(rest),
            b'"' => string_len(rest)?,
            _ => token_len(rest),
        };
        let (this, next) = rest.split_at_checked(length).unwrap_or((rest, after));
        if length > MAX_TOKEN_BYTES && !matches!(first, b'#' | b'"') {
            return Err(LimitExceeded(format!(
                "The query has a name or a number of more than {MAX_TOKEN_BYTES} signs"
            )));
        }
        words = words.saturating_add(usize::from(starts_token(first)));
        if words > MAX_TOKENS {
            return Err(LimitExceeded::more_than(MAX_TOKENS, "words"));
        }
        brackets.push_token(this)?;
        rest = next;
    }
    Ok(())
}

/// The open brackets, each with the keys of its object, and the previous token.
#[derive(Default)]
struct Brackets<'a> {
    open: Vec<(u8, HashSet<&'a [u8]>)>,
    before: &'a [u8],
}

impl<'a> Brackets<'a> {
    fn push_token(&mut self, word: &'a [u8]) -> Result<(), LimitExceeded> {
        match word {
            [bracket @ (b'{' | b'[' | b'(')] => self.open.push((*bracket, HashSet::new())),
            [b'}' | b']' | b')'] => {
                self.open.pop();
            }
            [b':'] => self.check_key()?,
            _ => {}
        }
        if word.first().is_some_and(|first| starts_token(*first)) {
            self.before = word;
        }
        if self.open.len() > MAX_NESTING {
            Err(LimitExceeded::more_than(MAX_NESTING, "brackets within one another"))
        } else {
            Ok(())
        }
    }

    /// A token before a colon is a key if the braces are a value's: within arguments or defaults. Of two
    /// equal keys the parser silently keeps the last, so duplicates are refused.
    fn check_key(&mut self) -> Result<(), LimitExceeded> {
        let is_value = self.open.iter().any(|(bracket, _)| *bracket == b'(');
        let Some((b'{', keys)) = self.open.last_mut() else { return Ok(()) };
        if !is_value || keys.insert(self.before) {
            Ok(())
        } else {
            Err(LimitExceeded(format!("{}: comes twice", String::from_utf8_lossy(self.before))))
        }
    }
}

/// Whether a token begins here; the parser skips whitespace, commas and comments.
const fn starts_token(first: u8) -> bool {
    !first.is_ascii_whitespace() && !matches!(first, b',' | b'#' | 0x80..)
}

/// The length of a name or number; every other token is one byte.
fn token_len(rest: &[u8]) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_');
    let is_number = rest.first().is_some_and(|first| first.is_ascii_digit() || *first == b'-');
    let end =
        rest.iter().position(|byte| !(is_part(byte) || is_number && matches!(byte, b'.' | b'+' | b'-')));
    end.unwrap_or(rest.len()).max(1)
}

/// The length of a comment.
fn comment_len(rest: &[u8]) -> usize {
    rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
}

/// The length of a string with its quotes.
fn string_len(rest: &[u8]) -> Result<usize, LimitExceeded> {
    let (block, line) = (rest.strip_prefix(br#"""""#), rest.get(1..).unwrap_or_default());
    let end = match block {
        Some(block) => find_block_end(block).map(|length| length.saturating_add(6)),
        None => find_string_end(line).map(|length| length.saturating_add(2)),
    };
    let end =
        end.ok_or_else(|| LimitExceeded("The query has a text without its closing quotes".to_owned()))?;
    if block.is_none() && line.get(..end).is_some_and(has_null_escape) {
        return Err(LimitExceeded("The query has a text with U+0000".to_owned()));
    }
    Ok(end)
}

/// The end of a block string; only `\"""` is escaped in it.
fn find_block_end(block: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    loop {
        let rest = block.get(at..)?;
        if rest.starts_with(br#"""""#) {
            return Some(at);
        }
        at = at.saturating_add(if rest.starts_with(br#"\""""#) { 4 } else { 1 });
    }
}

/// The end of a single-line string.
fn find_string_end(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            b'\n' | b'\r' => return None,
            _ => {}
        }
    }
    None
}

/// Whether a single-line string has an escaped U+0000; nothing is escaped in a block string.
fn has_null_escape(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at.saturating_add(1)..).unwrap_or_default();
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}
