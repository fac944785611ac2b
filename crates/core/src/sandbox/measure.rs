//! Size limits: tokens of an expression, nesting of brackets and blocks. The engine's parser recurses once
//! for each level, and so does dropping its tree: fourteen thousand bytes of `1+1+1…` overflowed the stack
//! and ended the process.

/// The longest expression, in bytes.
const MAX_EXPRESSION_BYTES: usize = 4000;
/// The most tokens of one expression.
const MAX_TOKENS: usize = 250;
/// The deepest nesting of brackets.
const MAX_BRACKET_DEPTH: usize = 20;
/// The deepest nesting of blocks; each `elif` is nested in the one before.
const MAX_BLOCK_DEPTH: usize = 30;

/// The limit that an expression exceeds, if any.
pub(crate) fn find_excess(code: &str) -> Option<String> {
    if code.len() > MAX_EXPRESSION_BYTES {
        return Some(format!("expected at most {MAX_EXPRESSION_BYTES} bytes in one expression"));
    }
    let mut tokens = 0_usize;
    let mut nested = 0_usize;
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        tokens = tokens.saturating_add(1);
        match first {
            '(' | '[' | '{' => nested = nested.saturating_add(1),
            ')' | ']' | '}' => nested = nested.saturating_sub(1),
            _ => {}
        }
        if nested > MAX_BRACKET_DEPTH {
            return Some(format!("expected at most {MAX_BRACKET_DEPTH} brackets within one another"));
        }
        rest = rest.get(token_length(rest, first)..).unwrap_or_default().trim_start();
    }
    (tokens > MAX_TOKENS).then(|| format!("expected at most {MAX_TOKENS} words and signs in one expression"))
}

/// The length of the token that starts here: a name, a number, a string, or one symbol.
fn token_length(rest: &str, first: char) -> usize {
    let until = |is_part: fn(char) -> bool| rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    match first {
        '"' | '\'' => quoted_length(rest, first),
        _ if first.is_alphanumeric() || first == '_' => until(|c| c.is_alphanumeric() || c == '_'),
        _ => first.len_utf8(),
    }
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if c == quote => return at.saturating_add(1),
            _ => {}
        }
    }
    rest.len()
}

/// The open blocks, each with the number of levels that it adds.
#[derive(Default)]
pub(super) struct BlockDepth(Vec<usize>);

impl BlockDepth {
    /// Enters the next block; returns an error when it exceeds the limit.
    pub(super) fn enter(&mut self, code: &str) -> Option<String> {
        let code = code.trim_start_matches(['-', '+']).trim_start();
        let name = code.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        match name {
            "elif" => {
                let levels = self.0.last_mut();
                levels.into_iter().for_each(|levels| *levels = levels.saturating_add(1));
            }
            // `set` with a value opens no block; with a filter it does, whatever the filter's arguments.
            "set"
                if code
                    .find(['=', '|'])
                    .is_some_and(|at| code.get(at..).is_some_and(|c| c.starts_with('='))) => {}
            "else" | "do" => {}
            _ if name.starts_with("end") => {
                self.0.pop();
            }
            _ => self.0.push(1),
        }
        let deep = self.0.iter().fold(0_usize, |all, levels| all.saturating_add(*levels));
        (deep > MAX_BLOCK_DEPTH)
            .then(|| format!("expected at most {MAX_BLOCK_DEPTH} blocks within one another"))
    }
}

#[cfg(test)]
mod tests {
    use super::{BlockDepth, find_excess};

    #[test]
    fn an_expression_is_measured_in_words_and_brackets() {
        let fine =
            ["", "a.b[1] | upper", &"1+".repeat(125), &format!("{}1{}", "(".repeat(20), ")".repeat(20))];
        for code in fine {
            assert_eq!(find_excess(code), None, "{code}");
        }
        for code in ["1+".repeat(126), "(".repeat(21), "not ".repeat(251), "-".repeat(251), "a".repeat(4001)]
        {
            assert!(find_excess(&code).is_some(), "{code}");
        }
        assert_eq!(find_excess(&format!("'{}'", "(+ ".repeat(1000))), None, "a text is one word");
        assert_eq!(find_excess(&format!("'\\'{}'", "(".repeat(30))), None, "also with a quote in it");
    }

    #[test]
    fn blocks_are_measured_by_those_around_them() {
        let meet = |all: &[&str], times: usize| {
            let mut blocks = BlockDepth::default();
            all.repeat(times).iter().find_map(|code| blocks.enter(code)).is_some()
        };
        assert!(!meet(&[" if a ", " else ", " endif "], 1000));
        assert!(!meet(&[" set a = 1 "], 1000));
        assert!(meet(&["- if a "], 31) && !meet(&["- if a "], 30));
        assert!(meet(&[" if a ", " elif b "], 16));
        assert!(meet(&[" set a "], 31) && meet(&[" set a | f(b=1) "], 31));
    }
}
