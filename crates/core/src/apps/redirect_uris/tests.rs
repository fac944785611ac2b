//! Which redirect URIs an app may use.

use proptest::prelude::*;
use serde_json::json;

use crate::apps::client_app::ClientApp;

fn app(kind: &str, uris: &[&str]) -> ClientApp {
    let given = json!({"id": "a", "name": "A", "type": kind, "redirectUris": uris,
        "postLogoutRedirectUris": uris, "corsAllowedOrigins": ["https://other.example", "https://a.example"]});
    serde_json::from_value(given).unwrap()
}

/// URIs that some matcher has mistaken for `https://a.example/cb`.
const TRICKS: [&str; 24] = [
    "https://a.example/cb/",
    "https://a.example/CB",
    "https://A.example/cb",
    "HTTPS://a.example/cb",
    "http://a.example/cb",
    "https://a.example:443/cb",
    "https://a.example:8443/cb",
    "https://a.example/cb?x=1",
    "https://a.example/cb?",
    "https://a.example/cb#",
    "https://a.example/cb#x",
    "https://a.example/./cb",
    "https://a.example/x/../cb",
    "https://a.example/%2e/cb",
    "https://a.example/c%62",
    "https://a.example//cb",
    "https://a.example/cb/../../evil",
    "https://user@a.example/cb",
    "https://a.example@evil.example/cb",
    "https://evil.example\\@a.example/cb",
    "https:\\\\a.example\\cb",
    "https://a.example\u{3002}evil.example/cb",
    "https://a\u{ff0e}example/cb",
    " https://a.example/cb",
];

#[test]
fn a_sign_in_ends_exactly_where_it_was_registered() {
    for kind in ["SPA", "Native", "Traditional"] {
        let app = app(kind, &["https://a.example/cb"]);
        assert!(
            app.allows_redirect("https://a.example/cb") && app.allows_post_logout("https://a.example/cb")
        );
        for trick in TRICKS {
            assert!(!app.allows_redirect(trick) && !app.allows_post_logout(trick), "{kind} {trick}");
        }
    }
}

#[test]
fn a_program_on_a_device_may_take_any_port() {
    let registered = ["http://127.0.0.1/cb", "http://[::1]:4000/cb?x=1", "http://localhost:4000"];
    let native = app("Native", &registered);
    let web = app("SPA", &registered);
    for port in ["", ":1", ":4000", ":51004", ":65535"] {
        for (host, rest) in [("127.0.0.1", "/cb"), ("[::1]", "/cb?x=1"), ("localhost", "")] {
            let uri = format!("http://{host}{port}{rest}");
            assert!(native.allows_redirect(&uri), "{uri}");
            assert_eq!(web.allows_redirect(&uri), registered.contains(&uri.as_str()), "{uri}");
        }
    }
}

#[test]
fn nothing_but_the_port_may_differ_on_a_device() {
    let app = app("Native", &["http://127.0.0.1:4000/cb"]);
    for trick in [
        "http://127.0.0.1:4000/cb/",
        "http://127.0.0.1:4000/cb?x=1",
        "http://127.0.0.1:4000/cb#x",
        "http://127.0.0.1:4000",
        "https://127.0.0.1:4000/cb",
        "http://localhost:4000/cb",
        "http://[::1]:4000/cb",
        "http://127.0.0.2:4000/cb",
        "http://127.1:4000/cb",
        "http://2130706433/cb",
        "http://0x7f000001/cb",
        "http://0177.0.0.1/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:04000/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:+80/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:4000@evil.example/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.1@evil.example/cb",
        "http://127.0.0.1:80\\@evil.example/cb",
        "http://127\u{3002}0.0.1:4000/cb",
    ] {
        assert!(!app.allows_redirect(trick), "{trick}");
    }
    let sign_out = app.allows_post_logout("http://127.0.0.1:4001/cb");
    assert!(!sign_out, "a sign-out ends exactly where it was registered, on a device too");
}

#[test]
fn origins_are_those_of_its_pages_and_the_named_ones() {
    let app = app("Native", &["https://a.example/cb", "http://localhost:4000/x", "com.example.app:/cb"]);
    assert_eq!(app.origins(), ["http://localhost:4000", "https://a.example", "https://other.example"]);
}

proptest! {
    /// Every allowed URI leads to a registered host and path.
    #[test]
    fn what_is_allowed_leads_to_where_it_was_registered(uri in "http://(127\\.0\\.0\\.1|localhost|\\[::1\\])[:@/\\\\.0-9a-z?#%]{0,12}") {
        let app = app("Native", &["http://127.0.0.1:4000/cb"]);
        if app.allows_redirect(&uri) {
            let url = url::Url::parse(&uri).unwrap();
            prop_assert_eq!((url.host_str(), url.path(), url.query(), url.username()), (Some("127.0.0.1"), "/cb", None, ""));
        }
    }

    #[test]
    fn any_real_port_is_allowed(port in 1_u16..) {
        let app = app("Native", &["http://127.0.0.1/cb"]);
        let uri = format!("http://127.0.0.1:{port}/cb");
        prop_assert!(app.allows_redirect(&uri));
    }
}
