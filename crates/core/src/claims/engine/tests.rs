//! Results of expressions, and that hostile ones are stopped at their bounds.

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::{Value as Json, json};

use crate::claims::engine::{compile, evaluate};

fn context() -> Value {
    Value::from(Serde(json!({
        "user": { "id": "ada000000001", "name": "Ada", "primaryEmail": "Ada@Example.org", "username": null, "hasPassword": true,
                  "customData": { "plan": "gold", "teams": ["b", "a"], "seats": 3, "long": "x".repeat(4000) } },
        "application": { "id": "shop", "type": "SPA" },
        "grant": { "scope": "openid profile" },
        "kind": "idToken",
    })))
}

fn run(text: &str) -> Result<Option<Json>, String> {
    evaluate(&compile(text)?, &context())
}

#[test]
fn expressions_say_what_operators_mean() {
    for (text, expected) in [
        ("user.customData.plan", json!("gold")),
        ("user.customData.seats + 1", json!(4)),
        ("user.customData.teams | sort | join(' ')", json!("a b")),
        ("user.primaryEmail | lower", json!("ada@example.org")),
        ("user.primaryEmail | split('@') | last", json!("Example.org")),
        ("user.name ~ ' of ' ~ application.id", json!("Ada of shop")),
        ("'profile' in grant.scope", json!(true)),
        ("'*' if user.hasPassword else 'none'", json!("*")),
        (
            "{'plan': user.customData.plan, 'teams': user.customData.teams}",
            json!({"plan": "gold", "teams": ["b", "a"]}),
        ),
        ("user.customData.role | default('member')", json!("member")),
        ("user.username is none", json!(true)),
        ("1.5", json!(1.5)),
    ] {
        assert_eq!(run(text), Ok(Some(expected)), "{text}");
    }
}

#[test]
fn what_is_not_there_says_nothing_and_its_parts_are_an_error() {
    for text in ["user.username", "user.customData.role", "none", "nobody"] {
        assert_eq!(run(text), Ok(None), "{text}");
    }
    for text in ["user.customData.role.name", "nobody.name", "user.nothing ~ 'x'", "user.nothing | upper"] {
        assert!(run(text).unwrap_err().starts_with("undefined value"), "{text}");
    }
}

#[test]
fn what_is_not_an_expression_is_reported() {
    for text in
        ["", "user.", "a b", "{% for x in y %}", "{{ user }}", "'open", "user | nothing(", "2 * 3", "2 ** 3"]
    {
        assert!(compile(text).is_err(), "{text}");
    }
    assert!(compile(&"(".repeat(900)).is_err());
    assert!(compile(&format!("{}1{}", "(".repeat(499), ")".repeat(499))).is_err());
}

/// Fifteen letters, made ten times longer ten times over.
fn large_text() -> String {
    let mut text = "'aaaaaaaaaaaaaaa'".to_owned();
    for _ in 0..10 {
        text.push_str(" | replace('a', 'aaaaaaaaaa')");
    }
    text
}

/// Expressions that would be large, slow or reach foreign data if they were allowed.
const HOSTILE: [&str; 36] = [
    "'a' * 1000000000",
    "[1] * 1000000000",
    "([1] * 1000000000) ~ ''",
    "10 ** 10 ** 10",
    "range(1000000000) | list",
    "range(100000)",
    "dict(a=1)",
    "debug()",
    "namespace(a=1)",
    "'%1000000000d' | format(1)",
    "'{:>1000000000}'.format(1)",
    "'a'.join([1, 2])",
    "'a' | indent(1000000000)",
    "'a' | center(1000000000)",
    "user | pprint",
    "user | tojson",
    "[1, 2] | chain([1, 2]) | list",
    "[1, 2] | zip([1, 2]) | list",
    "[1] | batch(1000000000, 0) | list",
    "[1] | slice(1000000000) | list",
    "user.__class__.__mro__",
    "self.x",
    "super()",
    "caller()",
    "loop.index",
    "include('x')",
    "9223372036854775807 + 9223372036854775807",
    "1 / 0",
    "'a' | replace('', user.customData.long)",
    "user.customData.long | split('') | map('replace', 'x', user.customData.long) | list",
    "'1e999' | float",
    "1e308 + 1e308",
    "user.customData.long",
    "[user.customData.long, user.customData.long]",
    "[[[[[[[[[[1]]]]]]]]]]",
    "{1: 2}",
];

#[test]
fn hostile_expressions_are_errors() {
    let mut hostile = HOSTILE.map(str::to_owned).to_vec();
    hostile.push(large_text());
    hostile.push(format!("user.customData.long{}", " | replace('x', 'xxxxxxxxxxxxxxxxxxxx')".repeat(20)));
    hostile.push(format!("[{}]", "user.customData.long,".repeat(40)));
    for text in hostile {
        let answer = run(&text);
        assert!(matches!(answer, Err(_) | Ok(None)), "{text:.60}: {answer:?}");
    }
}

/// Fuel bounds both time and memory: each of these expressions runs out of it.
#[test]
fn work_is_paid_for() {
    for text in [large_text(), format!("user.customData.long{}", " | replace('x', 'xx')".repeat(20))] {
        assert!(run(&text).unwrap_err().contains("fuel"), "{text:.60}");
    }
}
