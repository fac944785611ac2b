//! `rekey check --send-to`: a test message over the connectors of the bootstrap file, seen to arrive.

use std::process::{Command, Output};

use serde_json::{Value, json};

use super::TempFolder;
use crate::connectors::smtp_server::SmtpServer;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

const ADDRESS: &str = "ops@example.org";

/// Runs `check` with these connectors, where nothing was ever started.
async fn check(name: &'static str, connectors: Value, to: &'static [&'static str]) -> (Output, Vec<String>) {
    let run = move || {
        let place = TempFolder::new(name);
        let file = place.file("boot.json", &json!({ "connectors": connectors }).to_string());
        let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
        command.arg("check").env_clear().current_dir(&place.0).env("REKEY_BOOTSTRAP", file);
        command.env("TMPDIR", &place.0).env("REKEY_BREACHES__URL", "");
        for address in to {
            command.args(["--send-to", address]);
        }
        let output = command.output().unwrap();
        let left = std::fs::read_dir(&place.0).unwrap();
        (output, left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect())
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn everything(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn mail_connector(config: &Value) -> Value {
    json!({ "id": "mail", "connectorId": "simple-mail-transfer-protocol", "type": "Email", "config": config })
}

#[tokio::test]
async fn a_test_mail_arrives_before_the_first_start() {
    let server = SmtpServer::start("check-sends", &["--tls", "starttls", "--auth", "rekey:open sesame"]);
    let connectors = json!([mail_connector(&server.settings())]);
    let (output, left) = check("sends-mail", connectors, &[ADDRESS]).await;
    let text = everything(&output);
    assert!(output.status.success(), "{text}");
    let sent = format!("sent: connectors[mail]: accepted by smtp://localhost:{}\n", server.port);
    assert!(text.contains(&sent), "{text}");
    assert!(!text.contains(ADDRESS) && !text.contains("open sesame"), "{text}");
    assert_eq!(server.count(), 1);
    assert!(server.parsed(1).to_string().contains("000000"), "a code that is valid for nothing");
    assert_eq!(left, ["boot.json"], "check made nothing");
}

#[tokio::test]
async fn a_refused_test_mail_is_wrong() {
    let server = SmtpServer::start("check-refused", &["--tls", "starttls", "--auth", "rekey:other"]);
    let connectors = json!([mail_connector(&server.settings())]);
    let (output, _) = check("sends-refused", connectors, &[ADDRESS]).await;
    let text = everything(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("wrong: connectors[mail]: ") && !text.contains("sent: "), "{text}");
    assert!(!text.contains(ADDRESS) && !text.contains("open sesame"), "{text}");
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_number_gets_an_sms_and_an_address_without_a_connector_is_wrong() {
    let provider = Receiver::answering(Answer::with_status("204 Fine", "")).await;
    let config = json!({ "endpoint": provider.url });
    let connectors = json!([{ "id": "sms", "connectorId": "http-sms", "type": "Sms", "config": config }]);
    let (output, _) = check("sends-sms", connectors, &["+12025550134", ADDRESS]).await;
    let text = everything(&output);
    assert!(text.contains("sent: connectors[sms]: accepted by http://127.0.0.1:"), "{text}");
    assert!(text.contains("wrong: --send-to: no connector sends mail\n"), "{text}");
    assert_eq!(output.status.code(), Some(1));
    let sent = provider.requests().into_iter().filter(|request| request.head.starts_with("POST "));
    let sent: Vec<_> = sent.collect();
    assert!(sent.len() == 1 && sent[0].body.contains("000000"), "the probe sends nothing: {sent:?}");
    let (output, _) = check("sends-usage", json!([]), &["ada"]).await;
    assert_eq!(output.status.code(), Some(2), "a username is no address");
}
