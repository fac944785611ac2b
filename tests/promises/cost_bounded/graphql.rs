//! A query over GraphQL costs no more than it is long: what the library would walk again and again, or too
//! deep, is refused before it is shown to it.

use serde_json::{Value, json};

use super::assert_answers_in_time;
use crate::http::graphql::{ADA, REQUEST_RESET, data, execute, login_client, result_code};
use crate::http::{ROOT, api_client, body, start_with_keys};

/// `a` spreads `b` ten times, `b` spreads `c` ten times …: 787 bytes for a thousand million fields.
fn nested_spreads() -> String {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let fragments: String = names
        .windows(2)
        .map(|pair| format!("fragment {} on Query{{{}}}", pair[0], format!("...{} ", pair[1]).repeat(10)))
        .collect();
    format!("{{...a}}{fragments}fragment j on Query{{__typename}}")
}

/// Names with a query that must be refused, and its variables.
type Refused = Vec<(&'static str, String, Value)>;

fn none() -> Value {
    json!({})
}

fn many(count: usize, one: &dyn Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

/// What is deep or has no end.
fn nested_queries() -> Refused {
    let nested = |open: &str, shut: &str, times: usize| open.repeat(times) + &shut.repeat(times);
    vec![
        ("spreads in spreads", nested_spreads(), none()),
        (
            "a fragment that spreads itself",
            "{...a} fragment a on Query{...b} fragment b on Query{...a}".into(),
            none(),
        ),
        ("a cycle that nothing uses", "{me{id}} fragment a on Query{...a}".into(), none()),
        (
            "a chain of fragments",
            format!(
                "{{...f0}}{}fragment f90 on Query{{__typename}}",
                many(90, &|n| { format!("fragment f{n} on Query{{...f{}}}", n + 1) })
            ),
            none(),
        ),
        ("sets in sets", nested("{a", "}", 15_000), none()),
        ("sets in sets that never end", "{a".repeat(30_000), none()),
        ("inline fragments in inline fragments", format!("{{{}}}", nested("...{", "}", 10_000)), none()),
        ("lists in lists", format!("{{me(a:{})}}", nested("[", "]", 20_000)), none()),
        ("objects in objects", format!("{{me(a:{}1{})}}", "{a:".repeat(12_000), "}".repeat(12_000)), none()),
        (
            "types in types",
            format!("query($a:{}){{me{{id}}}}", nested("[", "]", 20_000).replacen("[]", "[Int]", 1)),
            none(),
        ),
        ("blocks of text that never end", format!("{{me(a:[{}])}}", r#""\\"""" "#.repeat(4_000)), none()),
    ]
}

/// What is many or large.
fn large_queries() -> Refused {
    vec![
        ("many operations", many(2_000, &|n| format!("query q{n}{{me{{id}}}}")), none()),
        (
            "many fragments",
            format!("{{me{{id}}}}{}", many(1_500, &|n| format!("fragment f{n} on Query{{__typename}}"))),
            none(),
        ),
        ("many variables", format!("query({}){{me{{id}}}}", many(4_000, &|n| format!("$v{n}:Int "))), none()),
        ("many directives", format!("{{me {}{{id}}}}", "@skip(if:false)".repeat(3_000)), none()),
        ("a name of a thousand letters", format!("{{ {} }}", "a".repeat(1_000)), none()),
        ("a number of ten thousand digits", format!("{{me(a:{})}}", "1".repeat(10_000)), none()),
        ("many words", format!("{{me(a:[{}])}}", "1 ".repeat(25_000)), none()),
        (
            "a large variable many times",
            format!("query($v:Json){{me(a:[{}])}}", "$v ".repeat(900)),
            json!({ "v": vec![0; 9_000] }),
        ),
        (
            "a large default many times",
            format!("query($v:Json=[{}]){{me(a:[{}])}}", "0 ".repeat(3_000), "$v ".repeat(900)),
            none(),
        ),
    ]
}

#[tokio::test]
async fn a_query_costs_no_more_than_it_is_long() {
    let app = start_with_keys(json!({})).await;
    for (what, query, variables) in nested_queries().into_iter().chain(large_queries()) {
        let page = assert_answers_in_time(what, execute(&login_client(&app), &query, variables)).await;
        assert_eq!(page.status, 400, "{what}: {}", page.html);
        let answer = body(&page);
        assert!(answer.get("data").is_none(), "{what}: nothing was executed: {answer}");
        let problem = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(!problem.is_empty() && page.html.len() < 4_000, "{what}: {}", page.html);
    }
    let page =
        assert_answers_in_time("afterwards", execute(&login_client(&app), "{ me { id } }", json!({}))).await;
    assert_eq!(page.status, 200, "{}", page.html);
}

/// The published schema is asked for as tools ask for it, but not for the fields of the types of the fields
/// of its types.
#[tokio::test]
async fn introspection_is_as_deep_as_tools_need_it() {
    let app = start_with_keys(json!({})).await;
    let root = api_client(&app, ROOT);
    let of_type = "ofType{kind name ".repeat(9) + &"}".repeat(9);
    let tools = format!(
        "query{{__schema{{queryType{{name}}mutationType{{name}}types{{...T}}directives{{name locations args{{...I}}}}}}}}
        fragment T on __Type{{kind name description fields(includeDeprecated:true){{name args{{...I}}type{{...R}}isDeprecated}}
        inputFields{{...I}}interfaces{{...R}}enumValues(includeDeprecated:true){{name}}possibleTypes{{...R}}}}
        fragment I on __InputValue{{name type{{...R}}defaultValue}}
        fragment R on __Type{{kind name {of_type}}}"
    );
    assert!(data(&root, &tools, json!({})).await["__schema"]["types"].is_array());
    let again = "type{fields{".repeat(5) + "name" + &"}}".repeat(5);
    let query = format!("{{__schema{{types{{fields{{{again}}}}}}}}}");
    let page = assert_answers_in_time("fields of fields", execute(&root, &query, json!({}))).await;
    assert_eq!(page.status, 400, "{}", page.html.get(..300).unwrap_or(&page.html));
}

/// What honest clients send passes: many names of their own, fragments used often, variables.
#[tokio::test]
async fn an_honest_query_is_answered() {
    let app = start_with_keys(json!({})).await;
    let renamed: String = (0..100).map(|number| format!("a{number}: me {{ ...M }} ")).collect();
    let query = format!("{{ {renamed} }} fragment M on Identity {{ id roles # a \"\"\" in a comment\n }}");
    let answer = data(&login_client(&app), &query, json!({})).await;
    assert_eq!(answer["a99"]["id"], "login");
    let text =
        r#"query { me { id } checkResetPasswordToken(requestId: """a "quoted" \""" block""", token: "\"") }"#;
    assert!(data(&login_client(&app), text, json!({})).await["checkResetPasswordToken"].is_string());
    assert_eq!(result_code(&login_client(&app), REQUEST_RESET, json!({ "email": ADA })).await, "ok");
}
