//! Short messages to an HTTP endpoint that answers as each test wants.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rekey_adapters::connectors::Connector;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{CODE, LINK, SENT_AT, connector, rejection_reason, retry_reason, text_message};

/// An endpoint that gives this answer to every request and tells what it was asked.
async fn endpoint(answer: &'static str, endless: bool) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, requests) = channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _gone = sender.send(request(&mut stream).await);
            let mut open = stream.write_all(answer.as_bytes()).await.is_ok();
            while endless && open {
                open = stream.write_all(&[b'x'; 8192]).await.is_ok();
            }
        }
    });
    (port, requests)
}

async fn request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).await.unwrap();
        read.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        if count == 0 || text.starts_with("HEAD") || text.ends_with("}") {
            return text;
        }
    }
}

fn sms(port: u16) -> Connector {
    let endpoint = format!("http://127.0.0.1:{port}/send?key=hidden");
    let config = json!({ "endpoint": endpoint, "authorization": "Bearer open sesame", "timeoutMs": 1500 });
    connector("http-sms", "Sms", &config).unwrap()
}

#[tokio::test]
async fn a_message_is_posted_with_code_link_and_text() {
    let (port, requests) = endpoint("HTTP/1.1 204 No Content\r\n\r\n", false).await;
    sms(port).send(&text_message()).await.unwrap();
    let request = requests.recv().unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /send?key=hidden HTTP/1.1\r\n"), "{head}");
    for line in ["authorization: Bearer open sesame", "content-type: application/json"] {
        assert!(head.contains(line), "{head}");
    }
    assert!(head.contains(concat!("user-agent: rekey/", env!("CARGO_PKG_VERSION"))), "{head}");
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({
            "to": "+12025550134", "type": "ForgotPassword", "text": format!("Code {CODE}"),
            "payload": { "code": CODE, "link": LINK, "locale": "de", "uiLocales": "de", "application": { "name": "Lumen" } },
        })
    );
}

#[tokio::test]
async fn the_status_decides() {
    for (answer, again) in [
        ("HTTP/1.1 408 -\r\ncontent-length: 0\r\n\r\n", true),
        ("HTTP/1.1 429 -\r\ncontent-length: 0\r\n\r\n", true),
        ("HTTP/1.1 500 -\r\ncontent-length: 0\r\n\r\n", true),
        ("HTTP/1.1 503 -\r\ncontent-length: 0\r\n\r\n", true),
        ("HTTP/1.1 425 -\r\ncontent-length: 0\r\n\r\n", true),
        ("HTTP/1.1 400 -\r\ncontent-length: 0\r\n\r\n", false),
        ("HTTP/1.1 404 -\r\ncontent-length: 0\r\n\r\n", false),
    ] {
        let (port, _requests) = endpoint(answer, false).await;
        let result = sms(port).send(&text_message()).await;
        let reason = if again { retry_reason(result) } else { rejection_reason(result) };
        assert_eq!(reason, format!("the endpoint answered {}", &answer[9..12]));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (elsewhere, followed) = endpoint("HTTP/1.1 200 -\r\ncontent-length: 0\r\n\r\n", false).await;
    let answer =
        format!("HTTP/1.1 307 -\r\nlocation: http://127.0.0.1:{elsewhere}/\r\ncontent-length: 0\r\n\r\n");
    let (port, _requests) = endpoint(answer.leak(), false).await;
    rejection_reason(sms(port).send(&text_message()).await);
    assert!(followed.try_recv().is_err());
}

#[tokio::test]
async fn an_endless_response_is_cut_off() {
    let (port, _requests) = endpoint("HTTP/1.1 200 -\r\ncontent-length: 99999999999\r\n\r\n", true).await;
    let began = Instant::now();
    sms(port).send(&text_message()).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn a_silent_or_absent_endpoint_is_retried() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    assert_eq!(retry_reason(sms(port).send(&text_message()).await), "the endpoint did not answer in time");
    drop(listener);
    assert_eq!(retry_reason(sms(port).send(&text_message()).await), "the endpoint cannot be reached");
    retry_reason(sms(port).probe(SENT_AT).await);
}

#[tokio::test]
async fn the_probe_only_asks_for_headers() {
    let (port, requests) = endpoint("HTTP/1.1 405 -\r\ncontent-length: 0\r\n\r\n", false).await;
    sms(port).probe(SENT_AT).await.unwrap();
    assert!(requests.recv().unwrap().starts_with("HEAD "));
}

/// The next connector of the kind has other credentials, and an operator can mend these.
#[tokio::test]
async fn refused_credentials_are_worth_another_try() {
    for (answer, status) in [
        ("HTTP/1.1 401 -\r\ncontent-length: 0\r\n\r\n", 401),
        ("HTTP/1.1 403 -\r\ncontent-length: 0\r\n\r\n", 403),
    ] {
        let (port, _requests) = endpoint(answer, false).await;
        let refused = format!("the endpoint refuses the authorization ({status})");
        assert_eq!(retry_reason(sms(port).probe(SENT_AT).await), refused);
        assert_eq!(retry_reason(sms(port).send(&text_message()).await), refused);
    }
}
