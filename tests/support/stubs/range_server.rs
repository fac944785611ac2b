//! A breach server on a port of this machine that answers as a test wants and remembers every byte it was
//! sent. It speaks HTTP by hand, because most of what it has to say is broken.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use sha1::{Digest as _, Sha1};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// What it sends back before it hangs up.
#[derive(Clone)]
pub enum Answer {
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes, once there is a permit.
    Gated(Arc<Semaphore>, Vec<u8>),
    /// Nothing, for as long as the other side waits.
    Silence,
}

impl Answer {
    /// A whole answer: `429 Slow down` and its body.
    pub fn with_status(status: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        Self::Bytes([head.as_bytes(), body.as_bytes()].concat())
    }

    /// A range of these lines.
    pub fn range(lines: &[&str]) -> Self {
        Self::with_status("200 OK", &lines.join("\r\n"))
    }

    /// The same answer, once there is a permit.
    pub fn wait_for(self, gate: &Arc<Semaphore>) -> Self {
        match self {
            Self::Bytes(bytes) => Self::Gated(Arc::clone(gate), bytes),
            other => other,
        }
    }
}

/// A running server; it ends with the runtime of its test.
pub struct RangeServer {
    /// Its address, as an operator would configure it.
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<Answer>>,
}

impl RangeServer {
    /// One that gives this answer to everybody.
    pub async fn answering(answer: Answer) -> Self {
        Self::listening(TcpListener::bind("127.0.0.1:0").await.unwrap(), answer)
    }

    /// The same, at every address of this machine.
    pub async fn answering_everywhere(answer: Answer) -> Self {
        Self::listening(TcpListener::bind("0.0.0.0:0").await.unwrap(), answer)
    }

    fn listening(listener: TcpListener, answer: Answer) -> Self {
        let url = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let (requests, answer) = (Arc::default(), Arc::new(Mutex::new(answer)));
        let server = Self { url, requests: Arc::clone(&requests), answer: Arc::clone(&answer) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&requests), Arc::clone(&answer)));
            }
        });
        server
    }

    /// Gives this answer from now on.
    pub fn set_answer(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    /// Every request so far, as it was sent.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, requests: Arc<Mutex<Vec<String>>>, answer: Arc<Mutex<Answer>>) {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => read.push(byte),
            // A connection that was opened for somebody who did not stay.
            Err(_) => return,
        }
    }
    requests.lock().unwrap().push(String::from_utf8(read).unwrap());
    let answer = answer.lock().unwrap().clone();
    let bytes = match answer {
        Answer::Bytes(bytes) => bytes,
        Answer::Gated(gate, bytes) => {
            drop(gate.acquire().await.unwrap());
            bytes
        }
        Answer::Silence => {
            let _gone = stream.read_u8().await;
            return;
        }
    };
    // Whoever has read enough hangs up.
    let _cut = stream.write_all(&bytes).await;
    let _closed = stream.shutdown().await;
}

/// The five digits of a password's SHA-1 that a server may hear, and the 35 that it may not.
pub fn hash(password: &str) -> (String, String) {
    let digits = Sha1::digest(password).iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02X}").unwrap();
        digits
    });
    (digits[..5].to_owned(), digits[5..].to_owned())
}
