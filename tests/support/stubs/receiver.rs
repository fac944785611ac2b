//! An HTTP server that answers as a test wants and records every request.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::range_server::Answer;

/// One request.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    /// The line and the headers.
    pub head: String,
    /// What followed.
    pub body: String,
}

impl ReceivedRequest {
    /// A header, by its name in small letters; empty when there is none.
    pub fn header(&self, name: &str) -> String {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.to_owned()).unwrap_or_default()
    }
}

/// A running server; it ends with the runtime of its test.
pub struct Receiver {
    /// Its address.
    pub url: String,
    received: Arc<Mutex<Vec<ReceivedRequest>>>,
    answer: Arc<Mutex<Answer>>,
}

impl Receiver {
    /// One that gives this answer to everybody.
    pub async fn answering(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (received, answer) = (Arc::default(), Arc::new(Mutex::new(answer)));
        let server = Self { url, received: Arc::clone(&received), answer: Arc::clone(&answer) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&received), Arc::clone(&answer)));
            }
        });
        server
    }

    /// From now on it answers so.
    pub fn set_answer(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    /// What it was told, in the order of hearing.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.received.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    received: Arc<Mutex<Vec<ReceivedRequest>>>,
    answer: Arc<Mutex<Answer>>,
) {
    let (mut read, mut chunk) = (Vec::new(), [0; 4096]);
    let request = loop {
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => read.extend_from_slice(&chunk[..count]),
            _ => return,
        }
        if let Some(request) = parse_complete(&read) {
            break request;
        }
    };
    received.lock().unwrap().push(request);
    let answer = answer.lock().unwrap().clone();
    match answer {
        Answer::Bytes(bytes) => drop(stream.write_all(&bytes).await),
        Answer::Gated(gate, bytes) => {
            drop(gate.acquire().await);
            drop(stream.write_all(&bytes).await);
        }
        Answer::Silence => std::future::pending().await,
    }
}

fn parse_complete(read: &[u8]) -> Option<ReceivedRequest> {
    let text = std::str::from_utf8(read).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let request = ReceivedRequest { head: head.to_owned(), body: body.to_owned() };
    let length = request.header("content-length").parse().unwrap_or(0);
    (body.len() == length).then_some(request)
}
