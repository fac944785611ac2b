//! A mail server whose name has two addresses, one of which swallows every packet or accepts and says nothing:
//! as the real program meets it, whose resolver is given the addresses by nss_wrapper.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::json;

use super::smtp_server::SmtpServer;
use crate::support::server_process::ServerFixture;

fn nss_wrapper() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path());
    let mut libraries = folders.map(|folder| folder.join("libnss_wrapper.so"));
    libraries.find(|library| library.exists()).expect("libnss_wrapper.so: `bin/setup` installs it")
}

/// `rekey check` with a connector to mail.test, which has these addresses in this order.
async fn check(server: &SmtpServer, addresses: &[&str]) -> (Output, Duration) {
    let mut fixture = ServerFixture::on_sqlite().await;
    let mut settings = server.settings();
    settings["host"] = json!("mail.test");
    let mail = json!({ "id": "mail", "connectorId": "simple-mail-transfer-protocol", "type": "Email", "config": settings });
    let folder = fixture.folder.path();
    fs::write(folder.join("bootstrap.json"), json!({ "connectors": [mail] }).to_string()).unwrap();
    let hosts = folder.join("hosts");
    let lines: Vec<String> = addresses.iter().map(|address| format!("{address} mail.test\n")).collect();
    fs::write(&hosts, lines.concat()).unwrap();
    let set = [("LD_PRELOAD", nss_wrapper()), ("NSS_WRAPPER_HOSTS", hosts)];
    fixture.variables.extend(set.map(|(name, path)| (name.to_owned(), path.display().to_string())));
    let began = Instant::now();
    let output = tokio::task::spawn_blocking(move || fixture.command(&["check"]).output().unwrap());
    (output.await.unwrap(), began.elapsed())
}

#[tokio::test]
async fn an_address_that_swallows_packets_does_not_keep_mail_from_the_other() {
    let server =
        SmtpServer::start("two-addresses", &["--auth", "rekey:open sesame", "--silent", "127.0.0.2"]);
    for addresses in [["127.0.0.2", "127.0.0.1"], ["127.0.0.1", "127.0.0.2"]] {
        let (output, took) = check(&server, &addresses).await;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && took < Duration::from_secs(8), "{addresses:?} {took:?} {text}");
    }
}

#[tokio::test]
async fn nor_does_one_that_accepts_and_says_nothing() {
    let server = SmtpServer::start("mute-address", &["--auth", "rekey:open sesame"]);
    let _mute = TcpListener::bind(("127.0.0.2", server.port)).unwrap();
    let (output, took) = check(&server, &["127.0.0.2", "127.0.0.1"]).await;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && took < Duration::from_secs(8), "{took:?} {text}");
}
