//! Every way in which a bootstrap file is refused, word for word.

use std::path::Path;

use rekey_adapters::bootstrap::Bootstrap;

use super::{TempFolder, lookup, read};

fn refusal_of(name: &str, text: &str) -> String {
    read(name, text).unwrap_err()
}

fn assert_refusals(name: &str, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(refusal_of(name, text), format!("boot.json: {expected}"));
    }
}

const SETTINGS: [(&str, &str); 10] = [
    (r#"{"throttle": {"requestsPerIp": {"limit": "x"}}}"#, "throttle.requestsPerIp.limit: expected a number"),
    (
        r#"{"throttle": {"requestsPerIp": {"limit": -1}}}"#,
        "throttle.requestsPerIp.limit: expected a number of 0 or more",
    ),
    (r#"{"recovery": {"codeTtl": 5000000000}}"#, "recovery.codeTtl: expected a smaller number"),
    (r#"{"throttle": {"guessesPerRequest": 1.5}}"#, "throttle.guessesPerRequest: expected a number"),
    (r#"{"throttle": 5}"#, "throttle: expected an object"),
    (r#"{"recovery": {"revealUserExists": "no"}}"#, "recovery.revealUserExists: expected true or false"),
    (r#"{"captcha": {"secrett": "hunter2"}}"#, "captcha.secrett: unknown key; did you mean secret?"),
    (r#"{"signInExperience": {"signInMode": 1}}"#, "signInExperience.signInMode: expected text"),
    (
        r#"{"afterPasswordChange": {"revoke": "some"}}"#,
        "afterPasswordChange.revoke: expected one of others, all, none",
    ),
    (
        r#"{"signInExperience": {"forgotPasswordMethods": ["Fax"]}}"#,
        "signInExperience.forgotPasswordMethods[0]: expected one of EmailVerificationCode, PhoneVerificationCode",
    ),
];

#[test]
fn wrong_types_in_the_settings() {
    for (settings, expected) in SETTINGS {
        let text = format!(r#"{{"settings": {settings}}}"#);
        assert_eq!(refusal_of("settings-types", &text), format!("boot.json: settings.{expected}"));
    }
}

#[test]
fn wrong_types_in_the_lists() {
    assert_refusals(
        "list-types",
        &[
            (
                r#"{"connectors": [{"id": "a", "connectorId": "file", "type": "Fax"}]}"#,
                "connectors[0].type: expected one of Email, Sms",
            ),
            (r#"{"users": {}}"#, "users: expected a list"),
            (r#"{"users": [{"id": "a", "password": 5}]}"#, "users[0].password: expected text"),
            (r#"{"users": [{"id": "a", "password": {"env": 5}}]}"#, "users[0].password.env: expected text"),
            (
                r#"{"users": [{"id": "a", "isSuspended": "yes"}]}"#,
                "users[0].isSuspended: expected true or false",
            ),
            (r#"{"applications": [{"id": "a", "secret": 5}]}"#, "applications[0].secret: expected text"),
            (r#"{"applications": [{"id": "a", "type": "SPA"}]}"#, "applications[0].name: missing"),
            (r#"{"hooks": ["x"]}"#, "hooks[0]: expected an object"),
            (r#"{"users": "#, "EOF while parsing a value at line 1 column 10"),
        ],
    );
}

#[test]
fn unknown_keys_get_the_nearest() {
    assert_refusals(
        "unknown",
        &[
            (r#"{"setings": {}}"#, "setings: unknown key; did you mean settings?"),
            (
                r#"{"settings": {"throttle": {"perIp": {"limit": 5}}}}"#,
                "settings.throttle.perIp: unknown key; did you mean requestsPerIp?",
            ),
            (
                r#"{"settings": {"throttle": {"requestsPerIp": {"limits": 5}}}}"#,
                "settings.throttle.requestsPerIp.limits: unknown key; did you mean limit?",
            ),
            (
                r#"{"settings": {"signInExperience": {"color": 1}}}"#,
                "settings.signInExperience.color: unknown key",
            ),
            (
                r#"{"users": [{"id": "a", "email": "a@example.com"}]}"#,
                "users[0].email: unknown key; did you mean primaryEmail?",
            ),
        ],
    );
    assert_eq!(
        refusal_of("toml-unknown", "setings = 1"),
        "boot.toml: setings: unknown key; did you mean settings?"
    );
}

#[test]
fn ids_are_present_and_differ() {
    assert_refusals(
        "ids",
        &[
            (r#"{"hooks": [{"name": "x"}]}"#, "hooks[0].id: missing"),
            (r#"{"users": [{"id": 5}]}"#, "users[0].id: expected text"),
            (r#"{"users": [{"id": ""}]}"#, "users[0].id: expected 1 to 128 characters without spaces"),
            (
                r#"{"apiKeys": [{"id": "a"}, {"id": "b"}, {"id": "a"}]}"#,
                "apiKeys[2].id: the same as apiKeys[0].id",
            ),
        ],
    );
}

#[test]
fn missing_secrets_are_reported_with_their_path() {
    let env = refusal_of("env", r#"{"users": [{"id": "a", "password": {"env": "NOWHERE"}}]}"#);
    assert_eq!(env, "boot.json: users[0].password: the variable NOWHERE is not set, nor NOWHERE_FILE");
    let file = refusal_of(
        "file",
        r#"{"connectors": [{"id": "a", "config": {"auth": {"pass": {"file": "/nowhere/pass"}}}}]}"#,
    );
    let expected = "boot.json: connectors[0].config.auth.pass: the file /nowhere/pass cannot be read: ";
    assert!(file.starts_with(expected), "{file}");
}

#[test]
fn references_outside_secrets_are_not_resolved() {
    assert_refusals(
        "elsewhere",
        &[
            (r#"{"users": [{"id": "a", "name": {"env": "OPS_SECRET"}}]}"#, "users[0].name: expected text"),
            (
                r#"{"users": [{"id": "a", "password": {"env": "OPS_SECRET", "x": 1}}]}"#,
                "users[0].password: expected text",
            ),
        ],
    );
}

#[test]
fn all_values_out_of_bounds_are_reported_at_once() {
    let text = r#"{"settings": {"recovery": {"codeTtl": 601}},
        "users": [{"id": "a"}, {"id": "b", "username": "b", "password": "x", "passwordDigest": "y"},
                  {"id": "c", "username": "c", "passwordDigest": "y"}, {"id": "d", "username": "d", "passwordAlgorithm": "y"}],
        "applications": [{"id": "a", "name": "A", "type": "SPA", "redirectUris": ["/x"]}]}"#;
    insta::assert_snapshot!(refusal_of("bounds", text), @r"
    boot.json: settings.recovery.codeTtl: expected a number from 60 to 600
    boot.json: users[0]: expected a username, primaryEmail or primaryPhone
    boot.json: users[1]: expected password or passwordDigest, not both
    boot.json: users[2].passwordAlgorithm: missing beside passwordDigest
    boot.json: users[3].passwordDigest: missing beside passwordAlgorithm
    boot.json: applications[0].redirectUris[0]: expected an absolute https address
    boot.json: applications[0].id: the same as users[0].id
    ");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let missing = format!("{:#}", Bootstrap::read(Path::new("/nowhere/boot.json"), lookup).unwrap_err());
    assert!(missing.starts_with("/nowhere/boot.json: cannot be read: "), "{missing}");
    let place = TempFolder::new("yaml");
    let yaml = place.file("boot.yaml", "");
    let yaml = place.without(&Bootstrap::read(&yaml, lookup).unwrap_err().to_string());
    assert_eq!(yaml, "boot.yaml: expected a name that ends in .json or .toml");
    let syntax = refusal_of("syntax", "[settings\n");
    assert!(syntax.starts_with("boot.toml: line 1: "), "{syntax}");
}

#[test]
fn an_application_and_its_secret_must_fit() {
    assert_refusals(
        "applications",
        &[
            (
                r#"{"applications": [{"id": "a", "name": "A", "type": "SPA", "secret": "s"}]}"#,
                "applications[0].secret: expected none, a public application can't keep one",
            ),
            (
                r#"{"applications": [{"id": "a", "name": "A", "type": "Traditional", "secret": ""}]}"#,
                "applications[0].secret: expected 1 to 256 visible characters",
            ),
            (
                r#"{"applications": [{"id": "ada000000001", "name": "A", "type": "SPA"}]}"#,
                "applications[0].id: expected anything but 12 small letters and digits, which is what the ids of people look like",
            ),
        ],
    );
}

#[test]
fn webhooks_and_templates_are_checked_before_anything_is_made() {
    assert_refusals(
        "messages",
        &[
            (r#"{"hooks": [{"id": "a", "events": []}]}"#, "hooks[0].config: missing"),
            (
                r#"{"hooks": [{"id": "a", "events": ["PostSignin"], "config": {"url": "https://x.example/"}}]}"#,
                "hooks[0].events[0]: expected one of PostRegister, PostSignIn, PostResetPassword, User.Created, User.Data.Updated, User.Deleted, User.SuspensionStatus.Updated, Identifier.Lockout, Message.RateLimited",
            ),
            (
                r#"{"hooks": [{"id": "a", "config": {"url": "ftp://x.example/"}, "signingKey": ""}]}"#,
                "hooks[0].events: expected at least one\nboot.json: hooks[0].config.url: expected an http or https address\nboot.json: hooks[0].signingKey: expected 1 to 256 visible ASCII characters",
            ),
            (
                r#"{"mailTemplates": [{"id": "a", "templateType": "Generic", "languageTag": "en", "details": {"content": "{{ coed }}"}}]}"#,
                "mailTemplates[0].details.subject: missing",
            ),
            (
                r#"{"mailTemplates": [
                    {"id": "a", "templateType": "Generic", "languageTag": "en", "details": {"subject": "S", "content": "{{ code }}"}},
                    {"id": "b", "templateType": "Generic", "languageTag": "EN", "details": {"subject": "S", "content": "{{ code }}"}}]}"#,
                "mailTemplates[1]: for the same message as mailTemplates[0]",
            ),
        ],
    );
}
