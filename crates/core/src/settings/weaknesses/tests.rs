//! Which settings count as weak.

use serde_json::{Value, json};

use super::unacknowledged_weakness;
use crate::settings::Settings;
use crate::settings::password_policy::PasswordPolicy;

fn weak(settings: Value) -> Vec<String> {
    let settings: Settings = serde_json::from_value(settings).unwrap();
    settings.weaknesses().into_iter().map(|weakness| weakness.path).collect()
}

#[test]
fn the_defaults_are_not_weak() {
    assert_eq!(weak(json!({})), Vec::<String>::new());
}

#[test]
fn every_limit_that_is_off_is_named() {
    let Value::Object(limits) = serde_json::to_value(Settings::default().throttle).unwrap() else { panic!() };
    assert!(limits.len() >= 7);
    for (name, value) in limits {
        let off = match value {
            Value::Number(_) => json!(0),
            Value::Object(mut fields) => {
                let key = if fields.contains_key("base") { "base" } else { "limit" };
                fields[key] = json!(0);
                Value::Object(fields)
            }
            other => panic!("{name}: {other}"),
        };
        assert_eq!(weak(json!({ "throttle": { name.clone(): off } })), [format!("throttle.{name}")]);
    }
}

#[test]
fn a_short_policy_is_acknowledged_when_it_is_new() {
    let policy = |text: Value| serde_json::from_value::<PasswordPolicy>(text).unwrap();
    let usual = policy(json!({}));
    let short = policy(json!({ "length": { "min": 6 } }));
    let known = policy(json!({ "length": { "min": 6 }, "acknowledgeWeak": true }));
    assert!(
        unacknowledged_weakness(&usual, &short)
            .unwrap()
            .starts_with("passwordPolicy.length.min: expected 8 or more")
    );
    for (before, after) in [(&usual, &known), (&short, &short), (&short, &usual), (&known, &short)] {
        assert_eq!(unacknowledged_weakness(before, after), None);
    }
}
