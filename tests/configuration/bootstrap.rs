//! What a bootstrap file says once it is read.

use rekey_core::settings::{ForgotPasswordMethod, SessionRevocation, Settings};

use super::read;

const WHOLE: &str = r#"{
    "settings": {
        "signInExperience": { "signInMode": "SignInAndRegister", "forgotPasswordMethods": ["EmailVerificationCode"],
                              "passwordPolicy": { "length": { "min": 12 } },
                              "languageInfo": { "autoDetect": true, "fallbackLanguage": "en" } },
        "throttle": { "sendBackoff": { "base": 1, "max": 60, "window": 300 },
                      "sendsPerAddress": { "limit": 10, "window": 600 }, "requestsPerIp": { "limit": 20, "window": 3600 },
                      "guessesPerRequest": 10, "guessesPerAccount": { "limit": 100, "window": 3600 },
                      "signInFailures": { "limit": 100, "window": 3600, "lock": 3600 } },
        "recovery": { "codeTtl": 300, "linkTtl": 1800, "grantTtl": 600, "revealUserExists": false },
        "afterPasswordChange": { "revoke": "all" }, "captcha": null,
        "accountCenter": { "enabled": true, "fields": { "password": "Edit" } }
    },
    "connectors": [ { "id": "mail", "connectorId": "simple-mail-transfer-protocol", "type": "Email",
                      "config": { "auth": { "user": "rekey", "pass": { "env": "SMTP_PASS" } },
                                  "list": [ { "file": "root.token" } ] } } ],
    "users": [ { "id": "ada000000001", "username": "ada", "primaryEmail": "ada@example.com", "password": { "file": "ada.txt" } },
               { "id": "bob", "primaryPhone": "+12025550134", "passwordDigest": "$2b$…", "passwordAlgorithm": "Bcrypt" } ],
    "applications": [ { "id": "demo-app", "name": "Demo", "type": "SPA", "redirectUris": ["http://localhost:4000/callback"] },
                      { "id": "ops", "name": "Operations", "type": "MachineToMachine", "secret": { "env": "OPS_SECRET" } } ],
    "apiKeys": [ { "id": "root", "roles": ["root"], "token": { "file": "root.token" } } ],
    "hooks": [ { "id": "audit", "events": ["PostResetPassword"], "signingKey": { "file": "root.token" },
                 "config": { "url": "http://127.0.0.1:9999/", "headers": { "x-key": { "env": "OPS_SECRET" } } } } ],
    "mailTemplates": [ { "id": "code", "templateType": "Generic", "languageTag": "EN",
                         "details": { "subject": "Your code", "content": "{{ code }}" } } ]
}"#;

#[test]
fn settings_are_read() {
    let settings = read("settings", WHOLE).unwrap().settings.unwrap();
    let methods = settings.sign_in_experience.forgot_password_methods.as_deref();
    assert_eq!(methods, Some([ForgotPasswordMethod::EmailVerificationCode].as_slice()));
    assert_eq!(
        (settings.recovery.code_ttl, settings.after_password_change.revoke),
        (300, SessionRevocation::All)
    );
    assert_eq!(settings.sign_in_experience.password_policy.length.min, 12);
    assert_eq!(settings.throttle, Settings::default().throttle);
}

#[test]
fn secrets_are_put_in_place() {
    let read = read("secrets", WHOLE).unwrap();
    assert_eq!(read.connectors[0].config["auth"]["pass"], "the SMTP_PASS");
    assert_eq!(read.connectors[0].config["list"][0], "1".repeat(40));
    assert_eq!(read.users[0].password.as_ref().unwrap().expose(), " a first password ");
    assert!(!read.users[1].is_suspended);
    assert!(read.applications[0].secret.is_none());
    assert_eq!(read.applications[1].secret.as_ref().unwrap().expose(), "the OPS_SECRET");
    assert_eq!(read.api_keys[0].token.expose(), "1".repeat(40));
    let printed = format!("{read:?}");
    for secret in ["1111", "SMTP_PASS", "OPS_SECRET", "first password"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn webhooks_and_templates_are_read() {
    let read = read("messages", WHOLE).unwrap();
    let webhook = &read.hooks[0];
    assert_eq!(webhook.input.url.as_deref(), Some("http://127.0.0.1:9999/"));
    assert_eq!(webhook.input.headers.as_ref().unwrap()["x-key"], "the OPS_SECRET");
    assert_eq!(webhook.signing_key.as_ref().unwrap().expose(), "1".repeat(40));
    assert_eq!((webhook.input.is_enabled, &webhook.input.name), (None, &None));
    let template = &read.mail_templates[0];
    assert_eq!((template.id.as_str(), template.new.key.language_tag.as_str()), ("code", "en"));
}

#[test]
fn toml_says_the_same() {
    let user = "[[users]]\nid = 'ada'\nusername = 'ada'\npassword = { file = 'ada.txt' }\n";
    let read = read("toml", &format!("[settings.recovery]\ncodeTtl = 120\n{user}")).unwrap();
    assert_eq!(read.settings.unwrap().recovery.code_ttl, 120);
    assert_eq!(read.users[0].password.as_ref().unwrap().expose(), " a first password ");
    assert!(read.connectors.is_empty());
}

#[test]
fn an_empty_file_leaves_the_settings_alone() {
    let read = read("empty", "{}").unwrap();
    assert!(read.settings.is_none() && read.hooks.is_empty());
}
