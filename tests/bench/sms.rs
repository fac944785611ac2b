//! The operator's endpoint for short messages: takes what the product posts and hands codes to whoever waits
//! for them. A thread for each connection, because the product keeps few.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;

/// How long a code may take.
const PATIENCE: Duration = Duration::from_secs(20);

type Waiting = Arc<Mutex<HashMap<String, Sender<String>>>>;

/// The endpoint.
pub struct Sms {
    /// Where the product posts to.
    pub address: SocketAddr,
    waiting: Waiting,
}

/// A code on its way.
pub struct Expected(Receiver<String>);

impl Sms {
    /// Opens the endpoint; it lives as long as the process.
    pub fn open() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, waiting) = (listener.local_addr()?, Waiting::default());
        let shared = Arc::clone(&waiting);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let waiting = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &waiting));
            }
        });
        Ok(Self { address, waiting })
    }

    /// Waits for the next code to this number; to be called before the code is asked for.
    pub fn expect(&self, phone: &str) -> Expected {
        let (sender, receiver) = channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert(phone.to_owned(), sender);
        Expected(receiver)
    }
}

impl Expected {
    /// The code.
    pub fn code(self) -> anyhow::Result<String> {
        self.0.recv_timeout(PATIENCE).context("no code came")
    }
}

/// Answers until the connection ends.
fn serve(mut stream: TcpStream, waiting: &Waiting) -> Option<()> {
    let _ = stream.set_nodelay(true);
    let mut read = Vec::new();
    let mut chunk = [0; 16 * 1024];
    loop {
        let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
        read.extend_from_slice(chunk.get(..count)?);
        while let Some(end) = complete_length(&read) {
            let request: Vec<u8> = read.drain(..end).collect();
            deliver(&request, waiting);
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").ok()?;
        }
    }
}

/// Where the first request ends, when it is all there.
fn complete_length(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|part| part == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(read.get(..head)?).ok()?.to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:"))?;
    let end = head + length.trim().parse::<usize>().ok()?;
    (read.len() >= end).then_some(end)
}

fn deliver(request: &[u8], waiting: &Waiting) -> Option<()> {
    let body = request.windows(4).position(|part| part == b"\r\n\r\n")? + 4;
    let message: serde_json::Value = serde_json::from_slice(request.get(body..)?).ok()?;
    let code = message.pointer("/payload/code")?.as_str()?;
    let to = message.get("to")?.as_str()?;
    let sender = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(to)?;
    sender.send(code.to_owned()).ok()
}
