//! `rekey check` and `rekey serve` judge alike: what makes one fail stops the other or is logged by it, word for
//! word, on equal copies of an installation.

use std::fs::{self, File, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{KEY, TempFolder};

/// What `serve` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// It starts and logs no error.
    Well,
    /// It starts and logs the line at `error`.
    Without,
    /// It ends with the line.
    Refused,
}

/// A situation of an installation.
struct Case {
    name: &'static str,
    /// The bootstrap file of earlier starts; none for a first start.
    before: Option<Value>,
    /// The bootstrap file now.
    file: Value,
    /// What is done to the folder before.
    set_up: fn(&Path),
    variables: &'static [(&'static str, &'static str)],
    /// A part of the line; empty when all is in order.
    expected: &'static str,
    start: Start,
}

impl Case {
    fn new(name: &'static str, file: Value, expected: &'static str, start: Start) -> Self {
        Self { name, before: None, file, set_up: |_| {}, variables: &[], expected, start }
    }

    fn after(self, before: Value) -> Self {
        Self { before: Some(before), ..self }
    }

    fn with(self, set_up: fn(&Path)) -> Self {
        Self { set_up, ..self }
    }

    fn having(self, variables: &'static [(&'static str, &'static str)]) -> Self {
        Self { variables, ..self }
    }
}

fn mail() -> Value {
    json!({ "id": "mail", "connectorId": "file", "type": "Email", "config": { "directory": "out" } })
}

fn recovery(methods: &[&str]) -> Value {
    json!({ "signInExperience": { "forgotPasswordMethods": methods } })
}

fn fallback(tag: &str) -> Value {
    json!({ "settings": { "signInExperience": { "languageInfo": { "fallbackLanguage": tag } } }, "connectors": [mail()] })
}

fn users(list: Value) -> Value {
    json!({ "users": list, "connectors": [mail()] })
}

fn ada(id: &str) -> Value {
    json!({ "id": id, "primaryEmail": "ada@example.org" })
}

/// An SMTP server without a host, which only building it tells.
fn broken_connector() -> Value {
    json!({ "id": "mail", "connectorId": "simple-mail-transfer-protocol", "type": "Email", "config": { "port": 25 } })
}

fn keys(list: Value) -> Value {
    json!({ "apiKeys": list, "connectors": [mail()] })
}

const TOKEN: &str = "1111111111111111111111111111111111111111";

/// What is judged of the place and of what the file connects to.
fn places() -> Vec<Case> {
    let in_order = json!({ "connectors": [mail()] });
    vec![
        Case::new("in-order", in_order.clone(), "", Start::Well),
        Case::new("again", in_order.clone(), "", Start::Well).after(in_order.clone()),
        Case::new(
            "connector",
            json!({ "connectors": [broken_connector()] }),
            "connectors[mail].config.host: missing",
            Start::Refused,
        ),
        Case::new(
            "data-dir",
            in_order.clone(),
            "data_dir: ./rekey-data cannot be made or written: not a directory",
            Start::Refused,
        )
        .with(|place| fs::write(place.join("rekey-data"), "").unwrap()),
        Case::new("key", in_order.clone(), "does not hold 128 hexadecimal digits", Start::Refused).with(
            |place| {
                fs::create_dir(place.join("rekey-data")).unwrap();
                let file = place.join("rekey-data/secret.key");
                fs::write(&file, "hunter2").unwrap();
                fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
            },
        ),
        Case::new(
            "database",
            in_order.clone(),
            "database_url: there is no directory nowhere",
            Start::Refused,
        )
        .having(&[("REKEY_DATABASE_URL", "sqlite://nowhere/rekey.db"), ("REKEY_SECRET_KEY", KEY)]),
        Case::new("filter", in_order, "breaches.filter: nowhere", Start::Refused)
            .having(&[("REKEY_BREACHES__FILTER", "nowhere")]),
    ]
}

/// What is judged of languages and ways of recovery.
fn offers() -> Vec<Case> {
    vec![
        Case::new("language", fallback("fr"), "no page and no template is in fr", Start::Refused),
        Case::new("language-region", fallback("de-CH"), "", Start::Well),
        Case::new(
            "language-stored",
            json!({ "connectors": [mail()] }),
            "no page and no template is in fr",
            Start::Without,
        )
        .after(fallback("de"))
        .with(|place| rewrite_settings(place, "\"fallbackLanguage\":\"de\"", "\"fallbackLanguage\":\"fr\"")),
        Case::new(
            "methods",
            json!({ "settings": recovery(&["PhoneVerificationCode"]), "connectors": [mail()] }),
            "forgotPasswordMethods[0]: there is no usable connector for it",
            Start::Refused,
        ),
        Case::new(
            "methods-later",
            json!({ "settings": recovery(&["EmailVerificationCode"]) }),
            "forgotPasswordMethods[0]: there is no usable connector for it",
            Start::Without,
        )
        .after(json!({ "settings": recovery(&["EmailVerificationCode"]), "connectors": [mail()] }))
        .with(|place| execute(place, "delete from connectors")),
    ]
}

/// What is judged of the entries of the file and of what is stored.
fn entries() -> Vec<Case> {
    vec![
        Case::new(
            "other-key",
            json!({ "connectors": [mail()] }),
            "secret_key: this database belongs to another key",
            Start::Refused,
        )
        .after(json!({ "connectors": [mail()] }))
        .with(|place| fs::write(place.join("rekey-data/secret.key"), KEY).unwrap()),
        Case::new("stored-connector", json!({}), "no secret key opens it", Start::Without)
            .after(json!({ "connectors": [mail()] }))
            .with(|place| execute(place, "update connectors set sealed = 'x'")),
        Case::new(
            "user",
            users(json!([ada("ada000000002")])),
            "users[ada000000002] (number 1).primaryEmail: another user has this address",
            Start::Refused,
        )
        .after(users(json!([ada("ada000000001")]))),
        Case::new(
            "two-users",
            users(json!([ada("ada000000001"), ada("ada000000002")])),
            "users[1].primaryEmail: the same as that of users[0]",
            Start::Refused,
        ),
        Case::new(
            "key-of-another",
            keys(json!([{ "id": "b", "roles": ["login"], "token": TOKEN }])),
            "apiKeys[b].token: another key has this token",
            Start::Refused,
        )
        .after(keys(json!([{ "id": "a", "roles": ["login"], "token": TOKEN }]))),
    ]
}

/// Changes the embedded database from outside.
fn execute(place: &Path, sql: &str) {
    let script =
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2]); db.commit()";
    let database = place.join("rekey-data/rekey.db");
    let status = Command::new("python3").args(["-c", script]).arg(database).arg(sql).status().unwrap();
    assert!(status.success(), "{sql}");
}

fn rewrite_settings(place: &Path, from: &str, to: &str) {
    execute(place, &format!("update settings set document = replace(document, '{from}', '{to}')"));
}

fn command(place: &TempFolder, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
    command.args(words).env_clear().current_dir(&place.0);
    for (name, value) in [
        ("REKEY_LISTEN", "127.0.0.1:0"),
        ("REKEY_ADMIN_LISTEN", "off"),
        ("REKEY_BREACHES__URL", ""),
        ("REKEY_BOOTSTRAP", "boot.json"),
        ("REKEY_LOG_FORMAT", "json"),
        ("REKEY_HASHING__MEMORY_KIB", "64"),
    ] {
        command.env(name, value);
    }
    command
}

/// Starts the server and stops it once it answers; whether it started, and what it logged.
fn serve(place: &TempFolder, variables: &[(&str, &str)]) -> (bool, String) {
    let log = place.0.join("log");
    let mut command = command(place, &["serve"]);
    command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
    let mut child = command.spawn().unwrap();
    let line = BufReader::new(child.stdout.take().unwrap()).lines().next();
    let started = line.is_some_and(|line| line.unwrap().starts_with("Rekey answers at "));
    if started {
        let id = child.id().to_string();
        assert!(Command::new("/bin/kill").args(["-TERM", &id]).status().unwrap().success());
    }
    child.wait().unwrap();
    (started, fs::read_to_string(log).unwrap())
}

/// A copy of the situation.
fn place_of(case: &Case, name: &str) -> TempFolder {
    let place = TempFolder::new(&format!("judged-{}-{name}", case.name));
    if let Some(before) = &case.before {
        place.file("boot.json", &before.to_string());
        let (started, log) = serve(&place, case.variables);
        assert!(started, "{}: {log}", case.name);
    }
    (case.set_up)(&place.0);
    place.file("boot.json", &case.file.to_string());
    place
}

fn errors_in(log: &str) -> String {
    log.lines().filter(|line| line.contains("\"level\":\"ERROR\"")).collect::<Vec<_>>().join("\n")
}

fn judge(case: &Case) {
    let place = place_of(case, "check");
    let mut checking = command(&place, &["check"]);
    let output = checking.envs(case.variables.iter().copied()).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let is_wrong = text.lines().any(|line| line.starts_with("wrong: ") && line.contains(case.expected));
    assert_eq!(output.status.success(), case.start == Start::Well, "{}: {text}", case.name);
    assert!(case.start == Start::Well || is_wrong, "{}: {text}", case.name);

    let place = place_of(case, "serve");
    let (started, log) = serve(&place, case.variables);
    assert_eq!(started, case.start != Start::Refused, "{}: {log}", case.name);
    match case.start {
        Start::Well => assert_eq!(errors_in(&log), "", "{}", case.name),
        Start::Without => assert!(errors_in(&log).contains(case.expected), "{}: {log}", case.name),
        Start::Refused => assert!(log.contains(case.expected), "{}: {log}", case.name),
    }
}

#[test]
fn check_and_serve_say_the_same() {
    places().into_iter().chain(offers()).chain(entries()).for_each(|case| judge(&case));
}

/// A refused start applies nothing of its file.
#[test]
fn a_refused_file_changes_nothing() {
    let before = json!({ "settings": { "recovery": { "codeTtl": 300 } }, "connectors": [mail()] });
    let file = json!({ "settings": { "recovery": { "codeTtl": 120 } }, "connectors": [broken_connector()] });
    let case = Case::new("refused-whole", file, "", Start::Refused).after(before);
    let place = place_of(&case, "serve");
    assert!(!serve(&place, &[]).0);
    let script = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('select document from settings').fetchone())";
    let database = place.0.join("rekey-data/rekey.db");
    let output = Command::new("python3").args(["-c", script]).arg(database).output().unwrap();
    let document = String::from_utf8(output.stdout).unwrap();
    assert!(document.contains("\"codeTtl\":300"), "{document}");
}
