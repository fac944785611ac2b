//! Documents that would cost too much are refused; ordinary ones are not.

use async_graphql::Variables;
use async_graphql::parser::parse_query;
use serde_json::{Value, json};

use super::check_document;

fn is_bounded(query: &str, variables: Value) -> bool {
    check_document(&parse_query(query).unwrap(), &Variables::from_json(variables)).is_ok()
}

#[test]
fn spreads_count_where_they_stand() {
    let spread =
        |times: usize| format!("{{{}}} fragment f on Q{{{}}}", "...f ".repeat(times), "a ".repeat(99));
    assert!(is_bounded(&spread(10), json!({})));
    assert!(!is_bounded(&spread(11), json!({})));
    assert!(is_bounded("{...nobody}", json!({})), "what is not there is the library's to say");
    assert!(!is_bounded("{...a} fragment a on Q{...a}", json!({})));
}

#[test]
fn values_count_where_they_stand() {
    let used = |times: usize| format!("query($v:J){{a(b:[{}])}}", "$v ".repeat(times));
    let large = json!({ "v": "x".repeat(20_000) });
    assert!(is_bounded(&used(50), large.clone()));
    assert!(!is_bounded(&used(60), large));
    let text = "x".repeat(20_000);
    let spread = format!("{{{}}} fragment f on Q{{a(b:\"{text}\")}}", "...f ".repeat(60));
    assert!(!is_bounded(&spread, json!({})));
}
