//! An SMS provider on this host that answers with a given status and records what it was sent.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::promises::{PASSWORD, without_throttles};
use crate::support::app::TestApp;

/// A provider of short messages that answers what it is told to, and keeps what it took.
pub(crate) struct SmsStub {
    endpoint: String,
    status: watch::Sender<u16>,
    taken: watch::Receiver<Vec<Value>>,
}

impl SmsStub {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/send", listener.local_addr().unwrap());
        let (status, result) = watch::channel(500);
        let (keep, taken) = watch::channel(Vec::new());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (mut read, mut chunk) = (Vec::new(), [0; 4096]);
                while !read.ends_with(b"}") {
                    let count = stream.read(&mut chunk).await.unwrap();
                    read.extend_from_slice(&chunk[..count]);
                }
                let text = String::from_utf8(read).unwrap();
                let body = text.split_once("\r\n\r\n").unwrap().1;
                keep.send_modify(|all: &mut Vec<Value>| all.push(serde_json::from_str(body).unwrap()));
                let answer = format!(
                    "HTTP/1.1 {} -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                    *result.borrow()
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { endpoint, status, taken }
    }

    pub(crate) async fn start_app(&self) -> TestApp {
        let mut settings = without_throttles();
        let config = json!({ "endpoint": self.endpoint });
        settings["connectors"] =
            json!([{ "id": "sms", "connectorId": "http-sms", "type": "Sms", "config": config }]);
        let app = TestApp::with(settings).await;
        app.new_user("ada@example.org").with_password(PASSWORD).with_phone("+12025550134").make().await;
        app.may_leave_messages();
        app
    }

    pub(crate) fn messages(&self) -> Vec<Value> {
        self.taken.borrow().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.taken.borrow().len()
    }

    pub(crate) fn set_status(&self, status: u16) {
        self.status.send_replace(status);
    }
}
