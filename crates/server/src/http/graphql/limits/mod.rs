//! Limits on the cost of one query, checked before the library sees it: the text before the parser, which
//! recurses and reads some strings repeatedly; the document before validation, which walks a fragment
//! wherever it is spread. What an operation does is not limited here: a hundred resets in one query count as
//! a hundred resets for the throttle.

/// Limits on the text.
mod text;
/// Limits on the document.
mod weight;

use async_graphql::{Request, ServerError, Variables};

use crate::http::graphql::limits::text::check_text;
use crate::http::graphql::limits::weight::check_document;

/// The deepest nesting of fields; the usual introspection query needs 13.
pub(super) const MAX_DEPTH: usize = 15;
/// The most fields and fragments, with fragments expanded.
pub(super) const MAX_SELECTIONS: usize = 1000;
/// The most aliased fields; repeating one operation many times needs aliases.
const MAX_ALIASES: usize = 100;

/// The limit that a query exceeds; the text is for developers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LimitExceeded(pub String);

impl LimitExceeded {
    fn more_than(most: usize, what: &str) -> Self {
        Self(format!("The query has more than {most} {what}"))
    }
}

/// Why a query is not executed.
pub(super) enum InvalidQuery {
    /// It would cost too much.
    LimitExceeded(LimitExceeded),
    /// It is not valid GraphQL.
    Syntax(Box<ServerError>),
}

/// Parses the query of a request after checking that its text and document are within the limits.
pub(super) fn parse_within_limits(request: &mut Request) -> Result<(), InvalidQuery> {
    check_text(&request.query).map_err(InvalidQuery::LimitExceeded)?;
    let variables: Variables = std::mem::take(&mut request.variables);
    let document = request.parsed_query().map_err(|error| InvalidQuery::Syntax(Box::new(error)))?;
    let judged = check_document(document, &variables);
    request.variables = variables;
    judged.map_err(InvalidQuery::LimitExceeded)
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use async_graphql::parser::parse_query;
    use serde_json::{Value, json};

    use super::{check_document, check_text};

    fn is_bounded(query: &str) -> bool {
        check_text(query).is_ok()
    }

    #[test]
    fn brackets_count_where_they_are_brackets() {
        assert!(is_bounded(&format!("{{{}}}", "a{b}".repeat(100))));
        assert!(is_bounded(&format!("{{a(b:\"{}\")}} # {}", "[".repeat(50), "{".repeat(50))));
        assert!(is_bounded(&format!("{{a(b:\"\"\"{}\"\"\")}}", "\" { [\n \\\"\"\" ".repeat(50))));
        assert!(is_bounded(&("[".repeat(40) + &"]".repeat(40))));
        assert!(!is_bounded(&"[".repeat(41)));
        assert!(!is_bounded(&"{a ".repeat(41)));
    }

    #[test]
    fn a_key_comes_once_in_each_object() {
        assert!(is_bounded(
            "query($a: J = {x: 1, y: {x: 2}}) { a: b(c: {x: 1, y: [{x: 1}, {x: 2}]}) { a: x a: x } }"
        ));
        for twice in ["{a(b:{x:1 x:2})}", "{a(b:[{y:{x:1,x : 2}}])}", "query($a:J={x:$b,x:c}){a}"] {
            assert!(!is_bounded(twice), "{twice}");
        }
    }

    #[test]
    fn texts_must_end() {
        for (text, ends) in [
            (r#""""#, true),
            (r#""a\"""#, true),
            (r#""a\\""#, true),
            (r#""a\""#, false),
            ("\"a\nb\"", false),
            (r#""""a"""#, false),
            (r#""""a\"""""""#, true),
            (r#""""a\""""#, false),
        ] {
            assert_eq!(is_bounded(text), ends, "{text}");
        }
    }

    #[test]
    fn a_null_character_is_found_where_it_is_escaped() {
        for (text, is_escaped) in [
            (r#"{a(b:"\u0000")}"#, true),
            (r#"{a(b:"c\\\u0000d")}"#, true),
            (r#"{a(b:"\\u0000")}"#, false),
            (r#"{a(b:"\u0001")}"#, false),
            (r#"{a(b:"""\u0000""")}"#, false),
            (r"{a} # \u0000", false),
        ] {
            assert_eq!(is_bounded(text), !is_escaped, "{text}");
        }
    }

    #[test]
    fn tokens_are_few_and_short() {
        assert!(is_bounded(&"a ".repeat(10_000)) && !is_bounded(&"a ".repeat(10_001)));
        assert!(is_bounded(&"a".repeat(256)) && !is_bounded(&"a".repeat(257)));
        assert!(!is_bounded(&format!("1.{}e+5", "0".repeat(260))));
        assert!(is_bounded(&" ,\n".repeat(20_000)) && is_bounded(&"é".repeat(20_000)));
    }

    fn is_light(query: &str, variables: Value) -> bool {
        check_document(&parse_query(query).unwrap(), &Variables::from_json(variables)).is_ok()
    }

    #[test]
    fn spreads_count_where_they_stand() {
        let spread =
            |times: usize| format!("{{{}}} fragment f on Q{{{}}}", "...f ".repeat(times), "a ".repeat(99));
        assert!(is_light(&spread(10), json!({})));
        assert!(!is_light(&spread(11), json!({})));
        assert!(is_light("{...nobody}", json!({})), "what is not there is the library's to say");
        assert!(!is_light("{...a} fragment a on Q{...a}", json!({})));
    }

    #[test]
    fn values_count_where_they_stand() {
        let used = |times: usize| format!("query($v:J){{a(b:[{}])}}", "$v ".repeat(times));
        let large = json!({ "v": "x".repeat(20_000) });
        assert!(is_light(&used(50), large.clone()));
        assert!(!is_light(&used(60), large));
        let text = "x".repeat(20_000);
        let spread = format!("{{{}}} fragment f on Q{{a(b:\"{text}\")}}", "...f ".repeat(60));
        assert!(!is_light(&spread, json!({})));
    }
}
