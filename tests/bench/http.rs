//! A connection that speaks just enough HTTP/1.1: one request, one answer with a length, again. It blocks and
//! keeps its buffer, so that the load costs less than what it measures.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, ensure};

/// Longer than any answer of a healthy server.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// An answer, until the next request.
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    head: &'a str,
    /// The body.
    pub body: &'a [u8],
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024], filled: 0 })
    }

    /// Sends the bytes of a request and reads the whole answer.
    pub fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Answer<'_>> {
        self.filled = 0;
        self.stream.write_all(request)?;
        let head = loop {
            self.more()?;
            if let Some(end) = self.read().windows(4).position(|part| part == b"\r\n\r\n") {
                break end;
            }
        };
        let length = self.length(head)?;
        while self.filled < head + 4 + length {
            self.more()?;
        }
        let (head, body) = self.read().split_at(head);
        let head = std::str::from_utf8(head)?;
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        Ok(Answer {
            status: status.context("an answer without a status")?,
            head,
            body: body.get(4..).unwrap_or_default(),
        })
    }

    fn read(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }

    fn more(&mut self) -> anyhow::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
        let count = self.stream.read(room).context("waiting for an answer")?;
        ensure!(count > 0, "the server closed the connection");
        self.filled += count;
        Ok(())
    }

    fn length(&self, head: usize) -> anyhow::Result<usize> {
        let head = std::str::from_utf8(self.buffer.get(..head).unwrap_or_default())?;
        match header(head, "content-length") {
            Some(length) => Ok(length.parse()?),
            None => Ok(0),
        }
    }
}

impl<'a> Answer<'a> {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        header(self.head, name)
    }

    /// Every header of this name.
    pub fn headers(&self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.head.lines().skip(1).filter_map(move |line| value(line, name))
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| value(line, name))
}

fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = line.split_once(':')?;
    found.eq_ignore_ascii_case(name).then_some(value.trim())
}

/// Asks for the same thing on several connections until the time is over; tells how many answers came per
/// second. An answer that is not 200 fails.
pub fn hammer(
    address: SocketAddr,
    request: &[u8],
    connections: usize,
    time: Duration,
) -> anyhow::Result<f64> {
    let began = std::time::Instant::now();
    let one = || -> anyhow::Result<usize> {
        let mut connection = Connection::open(address)?;
        let mut answers = 0;
        while began.elapsed() < time {
            let status = connection.exchange(request)?.status;
            ensure!(status == 200, "expected 200, got {status}");
            answers += 1;
        }
        Ok(answers)
    };
    let answers = crate::people::together(connections, one)?;
    Ok(answers.iter().sum::<usize>() as f64 / began.elapsed().as_secs_f64())
}
