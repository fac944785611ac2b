//! The list of factories against the factories themselves and against the handbook.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::{SECRET, all, build, every_setting, over_http};

fn without(settings: &Value, key: &str) -> Value {
    let mut settings = settings.clone();
    settings.as_object_mut().unwrap().remove(key);
    settings
}

/// The inbox is for who has one, and has nothing to set.
fn with_settings() -> impl Iterator<Item = &'static rekey_adapters::connectors::Factory> {
    all().iter().filter(|factory| factory.id != "inbox")
}

#[test]
fn the_list_names_every_setting_and_no_other() {
    for factory in with_settings() {
        let settings = every_setting(factory.id);
        let known: BTreeSet<&str> = factory.fields.iter().map(|field| field.name).collect();
        let set: BTreeSet<&str> = settings.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(known, set, "{}", factory.id);
        build(factory, &settings).unwrap();
        let mut more = settings.clone();
        more["surprise"] = json!(SECRET);
        let refused = build(factory, &more).unwrap_err();
        assert!(refused.starts_with("connectors[one].config.surprise: unknown"), "{refused}");
    }
}

#[test]
fn only_required_settings_are_reported_as_missing() {
    for factory in with_settings() {
        let settings = every_setting(factory.id);
        for field in factory.fields {
            let built = build(factory, &without(&settings, field.name));
            if field.required {
                let reason = format!("connectors[one].config.{}: missing", field.name);
                assert_eq!(built.unwrap_err(), reason);
            } else {
                drop(built.unwrap())
            }
        }
    }
}

#[test]
fn exactly_what_holds_the_secret_is_called_secret() {
    for factory in with_settings() {
        let settings = every_setting(factory.id);
        for field in factory.fields {
            let holds = settings[field.name].to_string().contains(SECRET);
            assert_eq!(field.secret, holds, "{} of {}", field.name, factory.id);
        }
    }
}

#[test]
fn ids_and_names_are_there_once() {
    let ids: BTreeSet<&str> = all().iter().map(|factory| factory.id).collect();
    let names: BTreeSet<&str> = all().iter().map(|factory| factory.name).collect();
    assert_eq!((ids.len(), names.len()), (all().len(), all().len()));
}

#[test]
fn a_wrong_value_is_named_by_its_path_and_not_repeated() {
    for (id, key, value, reason) in [
        ("sendgrid-email-service", "fromEmail", json!(SECRET), "expected an address, as a@b or Name <a@b>"),
        ("sendgrid-email-service", "fromName", json!("a\r\nBcc: b@c.example"), "expected one line"),
        ("sendgrid-email-service", "apiKey", json!("a\nb"), "expected the value of a header"),
        ("mailgun-email", "from", json!("nobody"), "expected an address, as a@b or Name <a@b>"),
        ("mailgun-email", "domain", json!(1), "expected text"),
        ("mailgun-email", "deliveries", json!([]), "expected an object"),
        ("postmark-mail", "fromEmail", json!("@"), "expected an address, as a@b or Name <a@b>"),
        ("postmark-mail", "serverToken", json!("a\nb"), "expected the value of a header"),
        ("aws-ses-mail", "emailAddress", json!("x"), "expected an address, as a@b or Name <a@b>"),
        ("aws-ses-mail", "region", json!("evil.example/"), "expected a region, as eu-central-1"),
        ("aws-ses-mail", "region", json!(""), "expected a region, as eu-central-1"),
        ("twilio-short-message-service", "authToken", json!(7), "expected text"),
        ("vonage-sms", "brandName", json!({}), "expected text"),
        ("vonage-sms", "timeoutMs", json!("soon"), "expected a number"),
        ("http-email", "authorization", json!("a\r\nX: b"), "expected the value of a header"),
    ] {
        let mut settings = every_setting(id);
        settings[key] = value;
        let factory = all().iter().find(|factory| factory.id == id).unwrap();
        assert_eq!(build(factory, &settings).unwrap_err(), format!("connectors[one].config.{key}: {reason}"));
    }
}

#[test]
fn credentials_do_not_travel_in_clear() {
    for factory in over_http() {
        let mut settings = every_setting(factory.id);
        for (endpoint, allowed) in [
            ("https://provider.example.com/eu", true),
            ("http://127.0.0.1:1/", true),
            ("http://provider.example.com", false),
            ("ftp://127.0.0.1/", false),
            ("nonsense", false),
        ] {
            settings["endpoint"] = json!(endpoint);
            match build(factory, &settings) {
                Ok(_) => assert!(allowed, "{} {endpoint}", factory.id),
                Err(reason) => {
                    assert!(reason.starts_with("connectors[one].config.endpoint: expected"), "{reason}");
                    assert!(!allowed && !reason.contains(endpoint), "{reason}");
                }
            }
        }
    }
}

#[test]
fn templates_of_other_products_are_accepted_and_kept() {
    for factory in over_http().filter(|factory| !factory.id.starts_with("http-")) {
        let mut settings = every_setting(factory.id);
        settings["templates"] = json!([]);
        build(factory, &settings).unwrap();
        settings["templates"] = json!("x");
        assert!(build(factory, &settings).unwrap_err().ends_with(".config.templates: expected a list"));
        settings["templates"] = json!(["x"]);
        assert!(build(factory, &settings).unwrap_err().ends_with(".config.templates[0]: expected an object"));
    }
}

/// `{ "env": "NAME" }` is replaced before a connector is built.
fn resolved(value: &Value) -> Value {
    match value {
        Value::Object(map) if map.len() == 1 && map.contains_key("env") => json!(SECRET),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), resolved(value))).collect(),
        Value::Array(list) => list.iter().map(resolved).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_handbook_has_a_row_and_an_example_that_works_for_each() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/connectors.md")).unwrap();
    let example = page.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let example: Value = serde_json::from_str(example).unwrap();
    let examples = example["connectors"].as_array().unwrap();
    for factory in all() {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{}` |", factory.id)));
        let row = row.unwrap_or_else(|| panic!("no row for {}", factory.id));
        for field in factory.fields {
            assert!(row.contains(&format!("`{}`", field.name)), "{} of {}", field.name, factory.id);
        }
        if factory.id != "inbox" {
            let example = examples.iter().find(|example| example["connectorId"] == factory.id).unwrap();
            build(factory, &resolved(&example["config"])).unwrap();
        }
    }
}
