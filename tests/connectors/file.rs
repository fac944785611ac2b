//! Messages as files, and the inbox in memory.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rekey_adapters::connectors::Connector;
use rekey_adapters::connectors::inbox::Inbox;
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType};
use serde_json::{Value, json};

use super::{CODE, LINK, SENT_AT, connector, context, mail, retry_reason, smtp_server, text_message};

/// A folder that no other test uses; what an earlier run left is removed.
pub fn fresh_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("connectors").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

fn folder_connector(kind: &str, directory: &Path) -> Connector {
    connector("file", kind, &json!({ "directory": directory })).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_mail_becomes_a_json_file_and_an_eml_that_only_we_can_read() {
    let folder = fresh_folder("file-mail");
    folder_connector("Email", &folder).send(&mail()).await.unwrap();
    let (json, eml) = (format!("{}-0.json", SENT_AT.0), format!("{}-0.eml", SENT_AT.0));
    assert_eq!(names(&folder), [eml.clone(), json.clone()]);
    let written: Value = serde_json::from_slice(&fs::read(folder.join(&json)).unwrap()).unwrap();
    let rendered = mail().rendered;
    assert_eq!(
        written,
        json!({
            "to": "ada@example.com", "type": "ForgotPassword", "code": CODE, "link": LINK, "locale": "de",
            "subject": rendered.subject, "text": rendered.text, "html": rendered.html, "sentAt": SENT_AT.0,
        })
    );
    assert_eq!(smtp_server::parse(&folder.join(&eml))["parts"][0]["text"], json!(rendered.text));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join(json)), mode(&folder.join(eml))), (0o700, 0o600, 0o600));
}

#[tokio::test]
async fn two_connectors_share_a_folder_and_a_moment() {
    let folder = fresh_folder("file-shared");
    let (mails, texts) = (folder_connector("Email", &folder), folder_connector("Sms", &folder));
    let (mail, text) = (mail(), text_message());
    for _ in 0..10 {
        let (a, b) = tokio::join!(mails.send(&mail), texts.send(&text));
        a.and(b).unwrap();
    }
    let names = names(&folder);
    let ending = |end: &str| names.iter().filter(|name| name.ends_with(end)).count();
    assert_eq!((ending(".json"), ending(".eml"), names.len()), (20, 10, 30));
    let text = names
        .iter()
        .filter(|name| name.ends_with(".json"))
        .map(|name| serde_json::from_slice::<Value>(&fs::read(folder.join(name)).unwrap()).unwrap());
    assert_eq!(
        text.filter(|message| message["to"] == "+12025550134" && message["html"].is_null()).count(),
        10
    );
}

#[tokio::test]
async fn an_impossible_folder_is_reported() {
    let folder = fresh_folder("file-blocked");
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    fs::write(&folder, "in the way").unwrap();
    let blocked = folder_connector("Email", &folder);
    retry_reason(blocked.probe(SENT_AT).await);
    retry_reason(blocked.send(&mail()).await);
    fs::remove_file(folder).unwrap();
}

#[tokio::test]
async fn the_inbox_keeps_the_newest_two_hundred_under_their_numbers() {
    let spec = json!({ "id": "in", "connectorId": "inbox", "type": "Email" });
    let spec: ConnectorSpec = serde_json::from_value(spec).unwrap();
    assert!(Connector::build(&spec, &context(None)).unwrap_err().starts_with("connectors[in].connectorId: "));
    let inbox = Inbox::default();
    let connector = Connector::build(&spec, &context(Some(&inbox))).unwrap();
    assert_eq!((connector.id.as_str(), connector.kind), ("in", ConnectorType::Email));
    for _ in 0..205 {
        connector.send(&mail()).await.unwrap();
    }
    let numbers: Vec<u64> = inbox.all().iter().map(|message| message.number).collect();
    assert_eq!(numbers, (6..=205).collect::<Vec<u64>>());
    assert!(inbox.get(5).is_none());
    assert_eq!(inbox.get(205).unwrap().message.code.unwrap().expose(), CODE);
}
