//! Mail to a real server: what arrives, and what each failure means.

use std::time::{Duration, Instant};

use rekey_adapters::connectors::Connector;
use rekey_core::messages::message::OutgoingMessage;
use serde_json::{Value, json};

use super::smtp_server::SmtpServer;
use super::{CODE, LINK, SENT_AT, connector, mail, rejection_reason, retry_reason};

const AUTH: [&str; 2] = ["--auth", "rekey:open sesame"];

fn smtp(settings: &Value) -> Connector {
    connector("simple-mail-transfer-protocol", "Email", settings).unwrap()
}

fn header(mail: &Value, name: &str) -> Vec<String> {
    let headers = mail["headers"].as_array().unwrap().iter();
    headers.filter(|h| h[0] == name).map(|h| h[1].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_mail_arrives_over_starttls_with_the_headers_it_should_have() {
    let server = SmtpServer::start("delivered", &AUTH);
    smtp(&server.settings()).send(&mail()).await.unwrap();
    let mail = server.parsed(1);
    for (name, value) in [
        ("From", "Rekey Büro <no-reply@auth.example.com>"),
        ("To", "ada@example.com"),
        ("Reply-To", "help@example.com"),
        ("Subject", "Ihr Code für Rekey"),
        ("Date", "Wed, 04 Mar 2026 05:06:07 +0000"),
        ("Message-ID", "<0198f3c2-outbox@auth.example.com>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ] {
        assert_eq!(header(&mail, name), [value], "{name}");
    }
    for absent in ["References", "In-Reply-To", "List-Unsubscribe", "Precedence", "User-Agent"] {
        assert!(header(&mail, absent).is_empty(), "{absent}");
    }
}

#[tokio::test]
async fn templates_may_set_sender_and_reply_to() {
    let server = SmtpServer::start("sender", &AUTH);
    let (reply_to, send_from) =
        (Some("Desk <desk@example.com>".to_owned()), Some("Acme <mail@auth.example.com>".to_owned()));
    smtp(&server.settings()).send(&OutgoingMessage { reply_to, send_from, ..mail() }).await.unwrap();
    let mail = server.parsed(1);
    assert_eq!(header(&mail, "From"), ["Acme <mail@auth.example.com>"]);
    assert_eq!(header(&mail, "Reply-To"), ["Desk <desk@example.com>"]);
}

#[tokio::test]
async fn both_parts_hold_code_and_link_the_text_first() {
    let server = SmtpServer::start("parts", &AUTH);
    smtp(&server.settings()).send(&mail()).await.unwrap();
    let mail = server.parsed(1);
    assert_eq!(mail["type"], "multipart/alternative");
    let parts = mail["parts"].as_array().unwrap();
    assert_eq!(
        parts.iter().map(|part| part["type"].as_str().unwrap()).collect::<Vec<_>>(),
        ["text/plain", "text/html"]
    );
    for part in parts {
        assert_eq!((&part["encoding"], &part["charset"]), (&json!("quoted-printable"), &json!("utf-8")));
        let text = part["text"].as_str().unwrap();
        assert!(text.contains(CODE) && text.contains(LINK), "{text}");
    }
    assert_eq!(parts[0]["text"], json!(super::mail().rendered.text));
    assert!(server.raw(1).is_ascii() && server.raw(1).lines().all(|line| line.len() <= 78));
}

#[tokio::test]
async fn a_second_try_has_the_same_message_id_and_a_second_mail_uses_the_connection_again() {
    let mut server = SmtpServer::start("again", &AUTH);
    let smtp = smtp(&server.settings());
    smtp.send(&mail()).await.unwrap();
    smtp.send(&mail()).await.unwrap();
    assert_eq!(header(&server.parsed(1), "Message-ID"), header(&server.parsed(2), "Message-ID"));
    assert_eq!(server.connections(), "1");
}

#[tokio::test]
async fn implicit_tls_works_and_so_does_plain_on_this_machine_without_a_password() {
    let server = SmtpServer::start("implicit", &["--tls", "implicit", "--auth", "rekey:open sesame"]);
    let mut settings = server.settings();
    settings["secure"] = json!(true);
    smtp(&settings).send(&mail()).await.unwrap();
    let plain = SmtpServer::start("plain", &["--tls", "none"]);
    let settings = json!({ "host": "127.0.0.1", "port": plain.port, "fromEmail": "a@example.com" });
    smtp(&settings).send(&mail()).await.unwrap();
    assert_eq!((server.count(), plain.count()), (1, 1));
}

#[tokio::test]
async fn a_wrong_password_is_reported_and_the_mail_retried() {
    let server = SmtpServer::start("password", &AUTH);
    let mut settings = server.settings();
    settings["auth"]["pass"] = json!("close sesame");
    let smtp = smtp(&settings);
    assert_eq!(
        retry_reason(smtp.send(&mail()).await),
        "the mail server refuses the user name and password (535)"
    );
    retry_reason(smtp.probe(SENT_AT).await);
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_server_that_wants_a_sign_in_we_do_not_have_does_not_lose_the_mail() {
    let server = SmtpServer::start("anonymous", &AUTH);
    let mut settings = server.settings();
    settings["auth"] = Value::Null;
    assert_eq!(
        retry_reason(smtp(&settings).send(&mail()).await),
        "the mail server did not take the message (530)"
    );
}

#[tokio::test]
async fn a_refused_recipient_is_final_and_a_greylisted_one_retried() {
    let mut server = SmtpServer::start("refused", &[&AUTH[..], &["--mode", "reject"]].concat());
    let smtp = smtp(&server.settings());
    assert_eq!(rejection_reason(smtp.send(&mail()).await), "the mail server refuses the message (550)");
    server.mode("tempfail");
    assert_eq!(retry_reason(smtp.send(&mail()).await), "the mail server did not take the message (451)");
    server.mode("normal");
    smtp.send(&mail()).await.unwrap();
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_server_that_is_down_or_dies_is_retried() {
    let server = SmtpServer::start("dies", &[&AUTH[..], &["--mode", "die"]].concat());
    let smtp = smtp(&server.settings());
    retry_reason(smtp.send(&mail()).await);
    assert_eq!(server.count(), 0);
    drop(server);
    assert!(
        retry_reason(smtp.send(&mail()).await)
            .starts_with("the mail server cannot be reached: Connection refused")
    );
    retry_reason(smtp.probe(SENT_AT).await);
}

#[tokio::test]
async fn a_slow_server_is_given_up_in_time_and_the_connection_with_it() {
    let mut server = SmtpServer::start("slow", &AUTH);
    let mut settings = server.settings();
    settings["timeoutMs"] = json!(700);
    let smtp = smtp(&settings);
    smtp.send(&mail()).await.unwrap();
    server.mode("slow 30");
    let began = Instant::now();
    assert_eq!(retry_reason(smtp.send(&mail()).await), "the mail server did not answer in time");
    assert!(began.elapsed() < Duration::from_secs(5));
    server.mode("normal");
    let mut next = mail();
    next.id = "next".to_owned();
    smtp.send(&next).await.unwrap();
    assert_eq!(server.count(), 2);
    assert_eq!(header(&server.parsed(2), "Message-ID"), ["<next@auth.example.com>"]);
}

#[tokio::test]
async fn an_untrusted_certificate_or_a_name_it_is_not_for_is_refused() {
    let server = SmtpServer::start("untrusted", &AUTH);
    let mut settings = server.settings();
    settings["tls"] = json!({});
    let reason = retry_reason(smtp(&settings).send(&mail()).await);
    assert!(reason.contains("UnknownIssuer"), "{reason}");
    let other = SmtpServer::start("other", &AUTH);
    settings["tls"] = other.settings()["tls"].clone();
    retry_reason(smtp(&settings).send(&mail()).await);
    settings["tls"] = server.settings()["tls"].clone();
    settings["host"] = json!("127.0.0.2");
    retry_reason(smtp(&settings).send(&mail()).await);
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_certificate_that_a_machine_issued_for_itself_is_trusted_if_the_ca_file_holds_it() {
    for (name, tls) in [("itself", "starttls"), ("itself-implicit", "implicit")] {
        let arguments = [&AUTH[..], &["--self-issued", "--tls", tls]].concat();
        let server = SmtpServer::start(name, &arguments);
        let mut settings = server.settings();
        settings["secure"] = json!(tls == "implicit");
        smtp(&settings).send(&mail()).await.unwrap();
        // Another certificate of its kind, or its own under a name that it is not for.
        let other = SmtpServer::start(&format!("{name}-other"), &arguments);
        let mut wrong = settings.clone();
        wrong["tls"] = other.settings()["tls"].clone();
        let reason = retry_reason(smtp(&wrong).send(&mail()).await);
        assert!(reason.contains("certificate"), "{reason}");
        wrong["tls"] = settings["tls"].clone();
        wrong["host"] = json!("127.0.0.2");
        retry_reason(smtp(&wrong).send(&mail()).await);
        assert_eq!((server.count(), other.count()), (1, 0));
    }
}

/// The address of this machine in its own network, if it has one.
fn private_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    // Nothing is sent: the system only looks for the route.
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_loopback())
}

#[tokio::test]
async fn a_relay_in_a_private_network_is_used_without_tls_where_that_is_chosen() {
    let Some(address) = private_address() else {
        println!("this machine has no address in a network, so no relay can be there");
        return;
    };
    let host = address.to_string();
    let server = SmtpServer::start("private", &["--tls", "none", "--host", &host]);
    let open = json!({ "host": host, "port": server.port, "fromEmail": "a@example.com" });
    let reason = retry_reason(smtp(&open).send(&mail()).await);
    assert_eq!(reason, "the mail server does not start TLS as it should");
    let mut chosen = open;
    chosen["tls"] = json!({ "mode": "none" });
    smtp(&chosen).send(&mail()).await.unwrap();
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn without_tls_no_public_address_is_connected_to_and_no_password_accepted() {
    let plain =
        json!({ "host": "9.9.9.9", "port": 25, "fromEmail": "a@example.com", "tls": { "mode": "none" } });
    let reason = retry_reason(smtp(&plain).send(&mail()).await);
    assert_eq!(reason, "without TLS only a private address is connected to, and this one is public");
    let with = |key: &str, value: Value| {
        let mut settings = plain.clone();
        settings[key] = value;
        connector("simple-mail-transfer-protocol", "Email", &settings).unwrap_err()
    };
    let password = with("auth", json!({ "user": "rekey", "pass": "open sesame" }));
    assert!(password.starts_with("connectors[one].config.auth: a password"), "{password}");
    assert!(with("secure", json!(true)).starts_with("connectors[one].config.secure: "));
    let file = with("tls", json!({ "mode": "none", "caFile": "/none" }));
    assert!(file.starts_with("connectors[one].config.tls.caFile: "), "{file}");
    let unknown = with("tls", json!({ "mode": "non" }));
    assert_eq!(unknown, "connectors[one].config.tls.mode: unknown, did you mean none?");
}

#[tokio::test]
async fn a_password_is_never_sent_without_tls() {
    let server = SmtpServer::start("stripped", &["--tls", "none"]);
    let reason = retry_reason(smtp(&server.settings()).send(&mail()).await);
    assert_eq!(reason, "the mail server does not start TLS as it should");
}

#[tokio::test]
async fn a_line_break_in_the_subject_is_no_new_header() {
    let server = SmtpServer::start("injected", &AUTH);
    let mut evil = mail();
    evil.rendered.subject = "Code\r\nBcc: eve@example.org\r\n\r\nbody".to_owned();
    evil.id = "1>\r\nBcc: eve@example.org".to_owned();
    smtp(&server.settings()).send(&evil).await.unwrap();
    let arrived = server.parsed(1);
    assert!(header(&arrived, "Bcc").is_empty());
    assert_eq!(header(&arrived, "Subject"), ["Code Bcc: eve@example.org body"]);
    evil.to = rekey_core::types::identifier::address::Address::Email("ada@example.com\r\nDATA".to_owned());
    rejection_reason(smtp(&server.settings()).send(&evil).await);
}

#[tokio::test]
async fn the_probe_signs_in_and_sends_nothing() {
    let server = SmtpServer::start("probe", &AUTH);
    smtp(&server.settings()).probe(SENT_AT).await.unwrap();
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn an_international_domain_travels_in_ascii() {
    let server = SmtpServer::start("idn", &AUTH);
    let mut to_idn = mail();
    to_idn.to = rekey_core::types::identifier::address::Address::Email("ada@bücher.example".to_owned());
    smtp(&server.settings()).send(&to_idn).await.unwrap();
    assert_eq!(header(&server.parsed(1), "To"), ["ada@xn--bcher-kva.example"]);
}
