//! Which addresses an app may register.

use serde_json::json;

use crate::apps::client_app::ClientApp;

fn refusal_of(kind: &str, uri: &str) -> String {
    let given = json!({ "id": "a", "name": "A", "type": kind, "redirectUris": [uri] });
    let app: ClientApp = serde_json::from_value(given).unwrap();
    let problems = app.invalid_addresses().join("\n");
    assert_eq!(problems.is_empty(), app.without_invalid_addresses().redirect_uris.len() == 1, "{uri}");
    problems.trim_start_matches("redirectUris[0]: ").to_owned()
}

#[test]
fn an_address_is_https_or_on_this_machine() {
    for uri in [
        "https://a.example/cb",
        "https://a.example:8443/cb?x=1",
        "http://localhost:4000/cb",
        "http://127.0.0.1/cb",
        "http://127.9.9.9/cb",
        "http://[::1]:4000/cb",
    ] {
        for kind in ["SPA", "Native", "Traditional", "MachineToMachine"] {
            assert_eq!(refusal_of(kind, uri), "", "{kind} {uri}");
        }
    }
    assert_eq!(refusal_of("Native", "com.example.app:/cb"), "");
}

#[test]
fn a_refused_address_has_a_reason() {
    let web = "expected an absolute https address";
    let native = "expected an https address, or";
    let http = "expected https, http is";
    for (kind, uri, why) in [
        ("SPA", "http://a.example/cb", http),
        ("Traditional", "http://192.168.1.5/cb", http),
        ("Native", "http://a.example/cb", http),
        ("SPA", "http://localhost.example/cb", http),
        ("SPA", "http://0.0.0.0/cb", http),
        ("SPA", "https://*.example.com/cb", "expected the name of one host"),
        ("SPA", "https://*/cb", "expected the name of one host"),
        ("SPA", "https://a.example/#x", "expected an address without #"),
        ("SPA", "https://a.example/#", "expected an address without #"),
        ("SPA", "https://ada@a.example/", "expected an address without a name"),
        ("SPA", "com.example.app:/cb", web),
        ("SPA", "javascript:alert(1)", web),
        ("SPA", "https:a.example", web),
        ("SPA", "/cb", web),
        ("Native", "myapp://cb", native),
        ("Native", "javascript:alert(1)", native),
        ("Native", "file:///etc/passwd", native),
        ("Native", "a.:/cb", native),
        ("Native", "cb", native),
    ] {
        assert!(refusal_of(kind, uri).starts_with(why), "{kind} {uri}: {}", refusal_of(kind, uri));
    }
}

#[test]
fn an_origin_is_one_that_browsers_send() {
    let refusals = |text: &str| {
        let given = json!({ "id": "a", "name": "A", "type": "SPA", "corsAllowedOrigins": [text] });
        let app: ClientApp = serde_json::from_value(given).unwrap();
        let problems = app.invalid_addresses();
        assert_eq!(problems.is_empty(), app.without_invalid_addresses().cors_allowed_origins.len() == 1);
        problems
    };
    for text in [
        "https://app.example.com",
        "http://localhost:4000",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
        "safari-web-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
        "capacitor://localhost",
        "ionic://localhost",
        "tauri://localhost",
    ] {
        assert_eq!(refusals(text), Vec::<String>::new(), "{text}");
    }
    for text in [
        "chrome-extension://",
        "chrome-extension://ABC",
        "chrome-extension://abc/",
        "chrome-extension://abc:80",
        "chrome-extension://a@b",
        "chrome-extension://*",
        "chrome-extension:abc",
        "file://",
        "null",
        "*",
        "data://localhost",
        "http://app.example.com",
        "https://app.example.com/",
    ] {
        assert_eq!(refusals(text).len(), 1, "{text}");
    }
}
