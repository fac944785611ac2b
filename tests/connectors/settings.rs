//! What operators may write, and how a mistake is named. No answer repeats a value.

use rekey_adapters::connectors::factories;
use rekey_core::types::identifier::address::Address;
use serde_json::{Value, json};

use super::connector;

const SMTP: &str = "simple-mail-transfer-protocol";

fn settings_error(id: &str, kind: &str, config: &Value) -> String {
    connector(id, kind, config).unwrap_err()
}

fn smtp_with(key: &str, value: Value) -> Value {
    let mut settings = json!({ "host": "mail.example.com", "port": 587, "fromEmail": "a@example.com" });
    settings[key] = value;
    settings
}

#[test]
fn every_mistake_is_named_by_its_path() {
    for (config, reason) in [
        (smtp_with("port", json!("25")), ".port: expected a number up to 65535"),
        (smtp_with("port", json!(70_000)), ".port: expected a number up to 65535"),
        (smtp_with("host", json!(1)), ".host: expected text"),
        (smtp_with("secure", json!("yes")), ".secure: expected true or false"),
        (smtp_with("auth", json!("hunter2")), ".auth: expected an object"),
        (smtp_with("auth", json!({ "user": "a" })), ".auth.pass: missing"),
        (smtp_with("auth", json!({ "user": "a", "pass": 1 })), ".auth.pass: expected text"),
        (smtp_with("prot", json!(25)), ".prot: unknown, did you mean port?"),
        (smtp_with("fromEmail", json!("nobody")), ".fromEmail: expected an address, as a@b or Name <a@b>"),
        (
            smtp_with("replyTo", json!("a@b.example\r\nBcc: c@d.example")),
            ".replyTo: expected an address, as a@b or Name <a@b>",
        ),
        (smtp_with("timeoutMs", json!(-1)), ".timeoutMs: expected a number"),
        (smtp_with("tls", json!({ "cafile": "x" })), ".tls.cafile: unknown, did you mean caFile?"),
    ] {
        assert_eq!(settings_error(SMTP, "Email", &config), format!("connectors[one].config{reason}"));
    }
}

#[test]
fn settings_that_are_missing_or_no_settings_are_named() {
    for (config, reason) in [
        (json!({}), ".host: missing"),
        (json!(["mail.example.com", 25]), ": expected an object"),
        (json!("x"), ": expected an object"),
    ] {
        assert_eq!(settings_error(SMTP, "Email", &config), format!("connectors[one].config{reason}"));
    }
    let unreadable = settings_error(SMTP, "Email", &smtp_with("tls", json!({ "caFile": "/nowhere.pem" })));
    assert!(unreadable.starts_with("connectors[one].config.tls.caFile: cannot be read"), "{unreadable}");
}

#[test]
fn an_unknown_connector_and_a_wrong_type_are_named() {
    let near = settings_error("simple-mail-transport-protocol", "Email", &json!({}));
    assert_eq!(near, "connectors[one].connectorId: unknown, did you mean simple-mail-transfer-protocol?");
    let far = settings_error("zzz", "Email", &json!({}));
    let known: Vec<&str> = factories().iter().map(|factory| factory.id).collect();
    assert!(far.ends_with(&format!("expected one of {}", known.join(", "))), "{far}");
    assert_eq!(
        settings_error(SMTP, "Sms", &json!({})),
        format!("connectors[one].type: expected \"Email\" for {SMTP}")
    );
    assert_eq!(
        settings_error("http-sms", "Email", &json!({})),
        "connectors[one].type: expected \"Sms\" for http-sms"
    );
}

#[test]
fn codes_do_not_travel_in_clear() {
    let sms = |endpoint: &str| connector("http-sms", "Sms", &json!({ "endpoint": endpoint }));
    assert!(sms("https://sms.example.com/send").is_ok() && sms("http://[::1]:9/").is_ok());
    assert!(sms("http://sms.example.com/").unwrap_err().contains("endpoint: expected https"));
    assert!(sms("ftp://127.0.0.1/").is_err() && sms("nonsense").is_err());
    let split = json!({ "endpoint": "https://a.example", "authorization": "a\r\nX: b" });
    assert!(
        settings_error("http-sms", "Sms", &split).ends_with("authorization: expected the value of a header")
    );
}

#[test]
fn each_connector_serves_its_own_kind_of_address() {
    let (mail, phone) = (Address::Email("a@b.example".to_owned()), Address::Phone("1".to_owned()));
    let folder = json!({ "directory": "out" });
    for (id, kind, config) in [
        (SMTP, "Email", smtp_with("secure", json!(true))),
        ("file", "Email", folder.clone()),
        ("file", "Sms", folder),
        ("http-sms", "Sms", json!({ "endpoint": "https://sms.example.com" })),
    ] {
        let connector = connector(id, kind, &config).unwrap();
        assert_eq!((connector.handles(&mail), connector.handles(&phone)), (kind == "Email", kind == "Sms"));
    }
}
