//! The language of custom claims and message templates: minijinja within bounds. Its fuel bounds time and
//! memory; what fuel does not account for is removed: `*`, with which a list of a billion items costs nothing
//! until it is rendered, and every filter that expands small input. Its parser recurses, so a text is
//! measured before it is parsed.

mod measure;

use minijinja::{Environment, Error};

use crate::sandbox::measure::BlockDepth;
pub(crate) use crate::sandbox::measure::find_excess;

/// Filters that produce large output from small input, or disable escaping.
const REMOVED_FILTERS: [&str; 13] = [
    "batch", "chain", "e", "escape", "format", "groupby", "indent", "lines", "pprint", "reverse", "safe",
    "slice", "zip",
];

/// An environment limited to this much fuel; one unit pays for a step or 64 bytes.
pub(crate) fn bounded_environment(fuel: u64) -> Environment<'static> {
    let mut language = Environment::new();
    for name in REMOVED_FILTERS {
        language.remove_filter(name);
    }
    for name in ["range", "dict", "debug", "namespace"] {
        language.remove_global(name);
    }
    language.set_fuel(Some(fuel));
    language
}

/// Why something failed, without quoting its text.
pub(crate) fn describe_error(error: &Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// Whether there is a `*` outside of quotes.
pub(crate) fn has_multiplication(code: &str) -> bool {
    unquoted_chars(code).any(|(_, c)| c == '*')
}

/// The characters outside of quotes, each with its place.
fn unquoted_chars(code: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut escaped = false;
    code.char_indices().filter(move |&(_, c)| {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None => return true,
        }
        false
    })
}

/// The unsupported or oversized part of a template, with its line. It finds code as the engine does. Object
/// literals are not supported, because the engine looks for another end after one; `raw` is not, because code
/// in it is not code. Unterminated code is checked too, as the engine parses it.
pub(crate) fn find_unsupported_syntax(template: &str) -> Option<String> {
    let mut rest = template;
    let mut line = 1_usize;
    let mut blocks = BlockDepth::default();
    while let Some(start) = find_opening(rest) {
        let kind = rest.get(start + 1..start + 2)?;
        let inner = rest.get(start + 2..)?;
        let before = rest.get(..start)?;
        line = line.saturating_add(before.matches('\n').count());
        let ending = match kind {
            "#" => inner.find("#}"),
            "{" => find_closing(inner, "}}"),
            _ => find_closing(inner, "%}"),
        };
        let code = inner.get(..ending.unwrap_or(inner.len()))?;
        let problem = if kind == "#" { None } else { check_code(kind, code, &mut blocks) };
        if let Some(problem) = problem {
            return Some(format!("line {line}: {problem}"));
        }
        line = line.saturating_add(code.matches('\n').count());
        rest = inner.get(ending?.saturating_add(2)..)?;
    }
    None
}

fn check_code(kind: &str, code: &str, blocks: &mut BlockDepth) -> Option<String> {
    let not_offered = || find_unsupported_code(kind, code).map(|what| format!("{what} is not offered"));
    find_excess(code).or_else(not_offered).or_else(|| if kind == "%" { blocks.enter(code) } else { None })
}

/// The start of the next code or comment.
fn find_opening(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    bytes.windows(2).position(|pair| matches!(pair, [b'{', b'{' | b'%' | b'#']))
}

/// The end of code: the mark outside of quotes.
fn find_closing(code: &str, mark: &str) -> Option<usize> {
    let is_mark = |at: usize| code.get(at..).is_some_and(|rest| rest.starts_with(mark));
    unquoted_chars(code).map(|(at, _)| at).find(|at| is_mark(*at))
}

fn find_unsupported_code(kind: &str, code: &str) -> Option<&'static str> {
    if has_multiplication(code) {
        return Some("*");
    }
    if unquoted_chars(code).any(|(_, c)| c == '{' || c == '}') {
        return Some("{ inside of code");
    }
    let word = code.trim_start_matches(['-', '+']).trim_start();
    ["raw", "autoescape"].into_iter().find(|name| kind == "%" && word.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::find_unsupported_syntax;

    #[test]
    fn what_hides_behind_quotes_comments_and_braces_is_found() {
        for bad in [
            "{{ 'a' * 9 }}",
            "a\n{% if 2 * 2 %}x{% endif %}",
            "{# {{ ' #}{{ [1] * 9 }}{# ' #}",
            "{{ '}}' }}{{ [1] * 9 }}",
            "{{ {'a': {'b': 1}} * 3 }}",
            "{% raw %}{{ ' {% endraw %}{{ [1] * 9 }}'",
            "{%- raw %}x{% endraw %}",
            "{% autoescape false %}{{ brand }}{% endautoescape %}",
            "{{ 'it\\'s' }}{{ [1] * 9 }}",
        ] {
            assert!(find_unsupported_syntax(bad).is_some(), "{bad}");
        }
        for good in
            ["* { margin: 0 }", "{{ '*' }}", "{# * #}", "{% if code %}{{ code }}{% endif %} 2 * 2", "{{"]
        {
            assert_eq!(find_unsupported_syntax(good), None, "{good}");
        }
        assert_eq!(find_unsupported_syntax("a\nb {{ 2 * 2 }}").unwrap(), "line 2: * is not offered");
    }
}
