//! What weakens everybody is allowed, named with its risk where operators look, and acknowledged where it
//! matters most.

use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::http::graphql::GRAPHQL;
use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::database::Folder;
use crate::support::server_process::ServerFixture;

/// Everything that can be off, off.
fn weak() -> Value {
    json!({
        "signInExperience": { "passwordPolicy": { "length": { "min": 6 }, "acknowledgeWeak": true, "rejects": { "pwned": false } } },
        "throttle": {
            "sendBackoff": { "base": 0, "max": 0, "window": 1 }, "sendsPerAddress": { "limit": 0 }, "requestsPerIp": { "limit": 0 },
            "guessesPerRequest": 0, "guessesPerAccount": { "limit": 0 }, "signInFailures": { "limit": 0 },
        },
        "recovery": { "revealUserExists": true },
        "afterPasswordChange": { "revoke": "none" },
        "webhooks": { "allowPrivateAddresses": true },
        "signingKeys": { "rotateEveryDays": 0 },
        "audit": { "keepDays": 7 },
    })
}

/// The paths of all of it.
const PATHS: [&str; 13] = [
    "settings.signInExperience.passwordPolicy.length.min",
    "settings.signInExperience.passwordPolicy.rejects.pwned",
    "settings.throttle.sendBackoff",
    "settings.throttle.sendsPerAddress",
    "settings.throttle.requestsPerIp",
    "settings.throttle.guessesPerRequest",
    "settings.throttle.guessesPerAccount",
    "settings.throttle.signInFailures",
    "settings.recovery.revealUserExists",
    "settings.afterPasswordChange.revoke",
    "settings.webhooks.allowPrivateAddresses",
    "settings.signingKeys.rotateEveryDays",
    "settings.audit.keepDays",
];

/// Runs `check` with these settings in the bootstrap file, on a machine that has no database yet.
fn check(settings: &Value, breaches: &str) -> Output {
    let folder = Folder::fresh();
    let file = folder.path().join("bootstrap.json");
    fs::write(&file, json!({ "settings": settings }).to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
    command.arg("check").env_clear().current_dir(folder.path());
    command.env("REKEY_DATA_DIR", folder.path().join("data")).env("REKEY_BOOTSTRAP", file);
    command.env("REKEY_BREACHES__URL", breaches).env("REKEY_BREACHES__TIMEOUT_MS", "50").output().unwrap()
}

fn output_text(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn check_lists_each_weak_setting_with_its_risk() {
    let output = check(&weak(), "");
    let text = output_text(&output);
    for path in PATHS {
        let line = text.lines().find(|line| line.starts_with(&format!("weak: {path}: ")));
        assert!(line.is_some_and(|line| line.len() > path.len() + 30), "{path} and its risk: {text}");
    }
    assert!(text.contains("weak: breaches.url: "), "{text}");
    assert!(output.status.success(), "weak is not wrong: {text}");
    let text = output_text(&check(&json!({}), "http://127.0.0.1:9"));
    assert!(!text.contains("weak:"), "the defaults are not weak: {text}");
}

#[tokio::test]
async fn a_start_logs_each_weak_setting_and_check_reads_what_is_stored() {
    let home = ServerFixture::new().await;
    let process = home.start(true).await;
    assert_eq!(process.http_user().get("/sign-in").await.status, 200);
    assert_eq!(process.stop().await, Some(0));
    let log = fs::read_to_string(home.log()).unwrap();
    // The household of these tests has its limits off.
    for path in ["settings.throttle.sendBackoff", "settings.throttle.requestsPerIp"] {
        assert!(log.lines().any(|line| line.contains(path) && line.contains("WARN")), "{path}: {log}");
    }
    assert!(log.contains("breaches.url: the online breach check is off"), "{log}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
    command.arg("check").env_clear().envs(&home.variables).env_remove("REKEY_BOOTSTRAP");
    let text = output_text(&command.current_dir(home.folder.path()).output().unwrap());
    assert!(text.contains("weak: settings.throttle.requestsPerIp: "), "what is stored counts: {text}");
}

/// Sets the least length, over the Management API.
async fn set_policy(app: &TestApp, policy: Value) -> (u16, String) {
    let page =
        send(&api_client(app, ROOT), "PATCH", "/api/sign-in-exp", &json!({ "passwordPolicy": policy })).await;
    let text = format!("{} {}", status_and_code(&page).1, page.html);
    (page.status, text)
}

#[tokio::test]
async fn a_policy_below_eight_is_acknowledged_over_every_api() {
    let app = start_with_keys(json!({})).await;
    let (status, text) = set_policy(&app, json!({ "length": { "min": 6 } })).await;
    assert_eq!(status, 400, "{text}");
    assert!(
        text.contains("passwordPolicy.length.min: expected 8 or more") && text.contains("acknowledgeWeak"),
        "{text}"
    );
    let configure = "mutation($config: ConfigInput!) { configure(config: $config) { ok error { code developerMessage } } }";
    let configure_body =
        |password: Value| json!({ "query": configure, "variables": { "config": { "password": password } } });
    let page =
        send(&api_client(&app, ROOT), "POST", GRAPHQL, &configure_body(json!({ "minLength": 6 }))).await;
    let answer = body(&page)["data"]["configure"].clone();
    assert_eq!(answer["error"]["code"], "INVALID_CONFIG", "{}", page.html);
    assert!(page.html.contains("acknowledgeWeak"), "{}", page.html);
    assert_eq!(app.program().core.snapshot().settings.sign_in_experience.password_policy.length.min, 8);

    assert_eq!(set_policy(&app, json!({ "length": { "min": 6 }, "acknowledgeWeak": true })).await.0, 200);
    let known = configure_body(json!({ "minLength": 5, "acknowledgeWeak": true }));
    let page = send(&api_client(&app, ROOT), "POST", GRAPHQL, &known).await;
    assert_eq!(body(&page)["data"]["configure"]["ok"], true, "{}", page.html);
    // What is weak already is no reason to refuse a change of something else.
    let other = json!({ "displayName": "Somebody" });
    assert_eq!(send(&api_client(&app, ROOT), "PATCH", "/api/sign-in-exp", &other).await.status, 200);
    assert_eq!(set_policy(&app, json!({ "length": { "min": 12 } })).await.0, 200);
    let shown = body(&api_client(&app, ROOT).get("/api/sign-in-exp").await);
    assert!(shown["passwordPolicy"].get("acknowledgeWeak").is_none(), "{shown}");
}

#[tokio::test]
async fn a_policy_below_eight_in_the_file_is_acknowledged_there() {
    let short = json!({ "signInExperience": { "passwordPolicy": { "length": { "min": 6 } } } });
    let output = check(&short, "");
    assert!(!output.status.success(), "{}", output_text(&output));
    let line = "wrong: the bootstrap file and the stored settings: signInExperience.passwordPolicy.length.min: expected 8 or more";
    assert!(output_text(&output).contains(line), "{}", output_text(&output));
    // A database of an older version has it already: a start warns and goes on.
    let app = start_with_keys(json!({})).await;
    let stored = "update settings set document = '{\"signInExperience\":{\"passwordPolicy\":{\"length\":{\"min\":6}}}}'";
    crate::support::db_dump::execute(&app, stored).await;
    let again = app.second_instance().await;
    let policy = again.program().core.snapshot().settings.sign_in_experience.password_policy.clone();
    assert_eq!(policy.length.min, 6);
    assert_eq!(again.program().core.snapshot().settings.weaknesses().len(), 1);
}
