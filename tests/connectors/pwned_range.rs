//! The range protocol of Pwned Passwords against a server that answers as each test wants: what is asked,
//! what is understood, and that everything else counts as no answer, with a reason that tells nothing.

use std::time::{Duration, Instant};

use rekey_adapters::connectors::OutboundProxy;
use rekey_adapters::connectors::pwned_passwords::PwnedPasswords;
use rekey_core::passwords::breach_check::server::{BreachServer as _, Sha1Prefix, Sha1Suffix, Unavailable};

use crate::support::stubs::range_server::{Answer, RangeServer};

/// SHA-1 of `password`, as `sha1sum` says it, in two parts.
const PREFIX: &str = "5BAA6";
const SUFFIX: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";
const OTHER: &str = "1E4C9B93F3F0682350B6CF8331B7EE68FD8";

/// Long enough for a busy machine.
const PATIENT: u64 = 20_000;

fn digest() -> [u8; 20] {
    let digits = [PREFIX, SUFFIX].concat();
    let bytes = (0..20).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap());
    bytes.collect::<Vec<_>>().try_into().unwrap()
}

async fn query_at(url: &str, timeout_ms: u64) -> Result<Vec<Sha1Suffix>, Unavailable> {
    let server =
        PwnedPasswords::build(url, Duration::from_millis(timeout_ms), &OutboundProxy::default()).unwrap();
    server.fetch_range(Sha1Prefix::of(&digest())).await
}

async fn query(answer: Answer) -> Result<Vec<Sha1Suffix>, Unavailable> {
    query_at(&RangeServer::answering(answer).await.url, PATIENT).await
}

async fn is_listed(answer: Answer) -> bool {
    query(answer).await.unwrap().contains(&Sha1Suffix::of(&digest()))
}

/// Why there was no answer; it must not tell what was asked or what was said.
async fn reason(answer: Answer) -> String {
    let Unavailable(reason) = query(answer).await.expect_err("no answer");
    for secret in [PREFIX, SUFFIX, OTHER, "html", "127.0.0.1", "range/"] {
        assert!(!reason.to_lowercase().contains(&secret.to_lowercase()), "{reason}");
    }
    reason
}

#[tokio::test]
async fn the_server_hears_five_digits_and_nothing_else() {
    for below in ["", "/", "/mirror", "/mirror/"] {
        let server = RangeServer::answering(Answer::range(&[&format!("{OTHER}:1")])).await;
        query_at(&format!("{}{below}", server.url), PATIENT).await.unwrap();
        let requests = server.requests();
        let mut lines: Vec<&str> = requests[0].trim_end().split("\r\n").collect();
        let path = format!("{}/range/{PREFIX}", below.trim_end_matches('/'));
        assert_eq!(lines.remove(0), format!("GET {path} HTTP/1.1"));
        lines.sort_unstable();
        let host = format!("host: {}", server.url.trim_start_matches("http://"));
        let agent = concat!("user-agent: rekey/", env!("CARGO_PKG_VERSION"));
        assert_eq!(lines, ["accept: */*", "add-padding: true", host.as_str(), agent]);
        assert_eq!(requests.len(), 1);
    }
}

#[tokio::test]
async fn a_hash_of_the_range_is_listed_whatever_its_letters_and_line_ends() {
    for line in [format!("{SUFFIX}:3"), SUFFIX.to_lowercase() + ":52256179"] {
        assert!(is_listed(Answer::range(&[&line])).await);
        assert!(is_listed(Answer::range(&[&format!("{OTHER}:1"), &line, &format!("{OTHER}:1"), ""])).await);
        assert!(is_listed(Answer::with_status("200 OK", &format!("{OTHER}:1\n{line}\n"))).await);
    }
    assert!(!is_listed(Answer::range(&[&format!("{OTHER}:3")])).await);
}

#[tokio::test]
async fn padding_is_never_listed() {
    assert!(!is_listed(Answer::range(&[&format!("{SUFFIX}:0"), &format!("{OTHER}:2")])).await);
    assert!(query(Answer::range(&[&format!("{SUFFIX}:0")])).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_malformed_range_is_no_answer() {
    let good = format!("{SUFFIX}:3");
    for body in [
        "",
        "\r\n",
        "hello",
        "<html><body>1E4C9B93F3F0682250B6CF8331B7EE68FD8:3</body></html>",
        SUFFIX,
        &good[1..],
        &format!("0{good}"),
        &format!("{SUFFIX}:"),
        &format!("{SUFFIX}:many"),
        &format!("{SUFFIX}:+3"),
        &format!("{SUFFIX}:3 "),
        &format!("{SUFFIX}:99999999999999999999"),
        &format!("{good}\r\n\r\n{good}"),
        &format!("{good}\r\n<html>"),
        &format!("{good}\r\n{}", "A".repeat(100_000)),
        &format!("{PREFIX}{good}"),
    ] {
        let message = reason(Answer::with_status("200 OK", body)).await;
        assert_eq!(message, "the breach server answered something else than a range", "{body}");
    }
    let bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\xff\xfe".to_vec();
    assert_eq!(reason(Answer::Bytes(bytes)).await, "the breach server answered something else than a range");
}

#[tokio::test]
async fn only_200_is_an_answer() {
    for status in [204, 206, 304, 400, 401, 403, 404, 429, 500, 503] {
        let message = reason(Answer::with_status(&format!("{status} -"), &format!("{SUFFIX}:3"))).await;
        assert_eq!(message, format!("the breach server answered {status}"));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = RangeServer::answering(Answer::range(&[&format!("{SUFFIX}:3")])).await;
    for status in [301, 302, 303, 307, 308] {
        let (to, end) = (&elsewhere.url, "content-length: 0\r\n\r\n");
        let answer = format!("HTTP/1.1 {status} -\r\nlocation: {to}/range/{PREFIX}\r\n{end}");
        let message = reason(Answer::Bytes(answer.into_bytes())).await;
        assert_eq!(message, format!("the breach server answered {status}"));
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_too_long_or_cut_off_is_none() {
    let line = format!("{SUFFIX}:3\r\n");
    let long = line.repeat(10 * 1024 * 1024 / line.len());
    assert_eq!(
        reason(Answer::with_status("200 OK", &long)).await,
        "the breach server answered more than 2 MiB"
    );
    let fits = line.repeat(2 * 1024 * 1024 / line.len());
    assert!(is_listed(Answer::with_status("200 OK", &fits)).await);
    for head in ["content-length: 4000\r\n\r\n", "transfer-encoding: chunked\r\n\r\n27\r\n"] {
        let cut = format!("HTTP/1.1 200 OK\r\n{head}{line}");
        let message = reason(Answer::Bytes(cut.into_bytes())).await;
        assert_eq!(message, "the connection to the breach server broke");
    }
    assert_eq!(reason(Answer::Bytes(Vec::new())).await, "the connection to the breach server broke");
}

/// Nothing at all, a status line without an end, a body without an end: the time is for the whole exchange.
#[tokio::test]
async fn a_server_that_takes_too_long_is_left() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let began = Instant::now();
    assert_eq!(query_at(&url, 50).await, Err(Unavailable::timed_out()));
    let drips = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n{SUFFIX}:3\r\n");
                let mut interval = tokio::time::interval(Duration::from_millis(5));
                for byte in head.bytes().chain(std::iter::repeat(b'0')) {
                    interval.tick().await;
                    if tokio::io::AsyncWriteExt::write_u8(&mut stream, byte).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    assert_eq!(query_at(&url, 50).await, Err(Unavailable::timed_out()));
    assert_eq!(query_at(&url, 900).await, Err(Unavailable::timed_out()));
    assert!(began.elapsed() < Duration::from_secs(8));
    drips.abort();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_no_answer() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let gone = Unavailable("the breach server cannot be reached".to_owned());
    assert_eq!(query_at(&url, PATIENT).await, Err(gone));
}
