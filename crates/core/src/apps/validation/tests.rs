//! Which apps may be saved.

use serde_json::{Value, json};

use crate::apps::client_app::ClientApp;

fn with(kind: &str, more: Value) -> ClientApp {
    let mut given = json!({"id": "a", "name": "A", "type": kind});
    given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(given).unwrap()
}

fn app(kind: &str, uris: &[&str]) -> ClientApp {
    with(kind, json!({ "redirectUris": uris }))
}

#[test]
fn absolute_addresses_are_fine() {
    assert!(
        app("SPA", &["http://localhost:4000/callback", "https://a.example/"]).validation_errors().is_empty()
    );
    assert!(app("Native", &["com.example.app:/callback"]).validation_errors().is_empty());
}

#[test]
fn other_addresses_are_refused() {
    for bad in [
        "/callback",
        "javascript:alert(1)",
        "com.example.app:/x",
        "https:a.example",
        "https://a.example/#x",
        "https://a.example/#",
        "https://ada@a.example/",
        "https://a.example\\x",
        "https://a.example/x y",
        "https://ä.example/",
        "",
    ] {
        assert_eq!(app("SPA", &["https://a.example/", bad]).validation_errors().len(), 1, "{bad}");
    }
    assert!(!app("Native", &["javascript:alert(1)"]).validation_errors().is_empty());
}

#[test]
fn absent_fields_have_the_documented_defaults() {
    let app = app("SPA", &[]);
    assert_eq!((app.access_token_ttl, app.id_token_ttl, app.refresh_token_ttl_in_days), (3600, 3600, None));
    assert!(app.rotate_refresh_token && !app.may_manage() && !app.always_issue_refresh_token);
    let kinds = [("SPA", true), ("Native", true), ("Traditional", false), ("MachineToMachine", false)];
    for (kind, public) in kinds {
        assert_eq!(with(kind, json!({})).is_public(), public, "{kind}");
    }
    assert!(!with("SPA", json!({"isPublic": false})).is_public());
}

#[test]
fn nobody_elses_application_manages() {
    let managing = |more| with("MachineToMachine", json!({ "managementApi": true, "isThirdParty": more }));
    assert!(managing(false).may_manage() && managing(false).validation_errors().is_empty());
    assert!(!managing(true).may_manage());
    let problem = "managementApi: expected false, a third-party application can't manage this installation";
    assert_eq!(managing(true).validation_errors(), [problem]);
    assert!(
        !with("MachineToMachine", json!({})).may_manage()
            && !with("SPA", json!({ "managementApi": true })).may_manage()
    );
}

#[test]
fn every_problem_is_reported_with_its_path() {
    let app = with(
        "MachineToMachine",
        json!({"id": "a b", "name": " ", "isPublic": true, "accessTokenTtl": 59, "idTokenTtl": 86_401, "refreshTokenTtlInDays": 91,
               "corsAllowedOrigins": ["https://a.example", "https://a.example/", "*", "null", "https://A.example"],
               "postLogoutRedirectUris": ["x"], "initiateLoginUri": "y", "backchannelLogoutUri": "http://a.example/"}),
    );
    insta::assert_snapshot!(app.validation_errors().join("\n"), @r"
        id: expected 1 to 128 visible ASCII characters
        name: expected 1 to 128 characters
        isPublic: expected false, a machine keeps a secret
        postLogoutRedirectUris[0]: expected an absolute https address
        initiateLoginUri: expected an absolute https address
        corsAllowedOrigins[1]: expected an origin such as https://app.example.com or chrome-extension://ID
        corsAllowedOrigins[2]: expected an origin such as https://app.example.com or chrome-extension://ID
        corsAllowedOrigins[3]: expected an origin such as https://app.example.com or chrome-extension://ID
        corsAllowedOrigins[4]: expected an origin such as https://app.example.com or chrome-extension://ID
        backchannelLogoutUri: expected https, http is for localhost and loopback addresses only
        accessTokenTtl: expected a number from 60 to 86400
        idTokenTtl: expected a number from 60 to 86400
        refreshTokenTtlInDays: expected a number from 1 to 90
        ");
}

#[test]
fn a_server_is_notified_over_tls_or_on_this_machine() {
    for (uri, fine) in [
        ("https://a.example/out", true),
        ("http://localhost:4000/out", true),
        ("http://127.0.0.1/out", true),
        ("http://[::1]:1/out", true),
        ("http://localhost.example/out", false),
        ("https://a.example/out#x", false),
        ("ftp://a.example/", false),
    ] {
        let app = with("Traditional", json!({ "backchannelLogoutUri": uri }));
        assert_eq!(app.validation_errors().is_empty(), fine, "{uri}");
    }
}

#[test]
fn clients_can_not_choose_an_id_that_a_user_could_have() {
    for (id, fine) in [
        ("ada000000001", false),
        ("abcdefghijkl", false),
        ("012345678901", false),
        ("demo-app", true),
        ("Ada000000001", true),
        ("ada00000001", true),
        ("ada0000000012", true),
        ("ada-00000001", true),
    ] {
        assert_eq!(with("SPA", json!({ "id": id })).validation_errors().is_empty(), fine, "{id}");
    }
}
