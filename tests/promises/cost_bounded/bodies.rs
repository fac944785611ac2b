//! A connection is bounded in what it holds up: a body has to arrive, and a network has only so many
//! connections. Each address of 127.0.0.0/8 is a network of its own here.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use crate::support::app::TestApp;
use crate::support::server_process::ServerFixture;

/// How long anything may take before it counts as never.
const PATIENCE: Duration = Duration::from_secs(20);

const HEAD: &str = "host: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n";

/// One that reads its form, ones that read JSON or tell who asks first, one that is not there, and one that
/// takes no body.
const ROUTES: [&str; 8] = [
    "POST /sign-in",
    "POST /forgot-password",
    "POST /graphql",
    "POST /oidc/token",
    "POST /api/v1/paywall/shop/auth/email/signin",
    "PUT /api/experience",
    "POST /nothing/here",
    "GET /health",
];

async fn connect(app: &TestApp, last: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), 0))).unwrap();
    socket.connect(app.address).await.unwrap()
}

/// Begins a request whose body never ends.
async fn begin(stream: &mut TcpStream, route: &str, framing: &str) {
    let head = format!("{route} HTTP/1.1\r\n{HEAD}{framing}\r\n\r\n");
    // The other end may be closed already.
    let _ = stream.write_all(head.as_bytes()).await;
}

/// What is answered until the connection ends, while a byte of the body comes now and then.
async fn answer(mut stream: TcpStream, byte: &str) -> String {
    let (mut reader, mut writer) = stream.split();
    let drips = async {
        while writer.write_all(byte.as_bytes()).await.is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut read = Vec::new();
    tokio::select! {
        () = drips => {}
        _ = timeout(PATIENCE, reader.read_to_end(&mut read)) => {}
    }
    String::from_utf8_lossy(&read).into_owned()
}

/// Whether the other end closed it.
async fn is_closed(stream: &mut TcpStream) -> bool {
    let read = timeout(Duration::from_millis(500), stream.read(&mut [0])).await;
    matches!(read, Ok(Ok(0) | Err(_)))
}

async fn is_answered(app: &TestApp, last: u8) -> bool {
    let mut stream = connect(app, last).await;
    let head = "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let _ = stream.write_all(head.as_bytes()).await;
    let mut read = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut read)).await.unwrap();
    read.starts_with(b"HTTP/1.1 200")
}

async fn assert_bodies_end(variables: &[(&'static str, &str)]) {
    let app = TestApp::configured(variables, json!({})).await;
    for route in ROUTES {
        for (framing, byte) in [("content-length: 60000", "a"), ("transfer-encoding: chunked", "1\r\na\r\n")]
        {
            let mut stream = connect(&app, 1).await;
            begin(&mut stream, route, framing).await;
            let whole = timeout(PATIENCE, answer(stream, byte)).await;
            let whole = whole.unwrap_or_else(|_| panic!("{route} with {framing} holds on"));
            let status = whole.get(9..12).unwrap_or("").to_owned();
            assert!(status.starts_with('4') || status == "200", "{route} with {framing}: {whole}");
        }
    }
}

#[tokio::test]
async fn a_body_has_a_deadline_on_every_route() {
    assert_bodies_end(&[("REKEY_CONNECTIONS__BODY_TIMEOUT_MS", "300")]).await;
}

#[tokio::test]
async fn a_body_has_a_minimum_rate_on_every_route() {
    assert_bodies_end(&[
        ("REKEY_CONNECTIONS__BODY_GRACE_MS", "300"),
        ("REKEY_CONNECTIONS__BODY_TIMEOUT_MS", "600000"),
    ])
    .await;
}

/// The answer to a body that is late says so, and ends the connection.
#[tokio::test]
async fn a_late_body_is_answered_408() {
    let app = TestApp::configured(&[("REKEY_CONNECTIONS__BODY_TIMEOUT_MS", "300")], json!({})).await;
    let mut stream = connect(&app, 1).await;
    begin(&mut stream, "POST /sign-in", "content-length: 60000").await;
    let whole = answer(stream, "a").await.to_lowercase();
    assert!(whole.starts_with("http/1.1 408"), "{whole}");
    assert!(whole.contains("connection: close") && whole.contains("content-security-policy"), "{whole}");
}

#[tokio::test]
async fn slow_posts_from_one_network_do_not_block_others() {
    let app = TestApp::configured(&[("REKEY_CONNECTIONS__PER_NETWORK", "4")], json!({})).await;
    let mut streams = Vec::new();
    for _ in 0..12 {
        let mut stream = connect(&app, 2).await;
        begin(&mut stream, "POST /sign-in", "content-length: 100").await;
        streams.push(stream);
    }
    let mut open = Vec::new();
    for mut stream in streams {
        if !is_closed(&mut stream).await {
            open.push(stream);
        }
    }
    assert_eq!(open.len(), 4, "what one network may hold");
    assert!(is_answered(&app, 3).await, "another network is let in");
    assert!(!is_answered(&app, 2).await);
    drop(open);
    let mut is_back = false;
    for _ in 0..100 {
        is_back = is_back || is_answered(&app, 2).await;
        sleep(Duration::from_millis(if is_back { 0 } else { 20 })).await;
    }
    assert!(is_back, "what is closed is given back");
}

/// Everybody comes by the proxy.
#[tokio::test]
async fn a_trusted_proxy_may_hold_many_connections() {
    let variables = [("REKEY_CONNECTIONS__PER_NETWORK", "2"), ("REKEY_TRUSTED_PROXIES", "127.0.0.2")];
    let app = TestApp::configured(&variables, json!({})).await;
    let mut streams = Vec::new();
    for _ in 0..6 {
        streams.push(connect(&app, 2).await);
    }
    assert!(is_answered(&app, 2).await);
}

#[tokio::test]
async fn the_limit_of_open_files_is_raised_and_logged() {
    let mut fixture = ServerFixture::new().await;
    fixture.shell = Some("ulimit -Sn 200");
    let process = fixture.start(true).await;
    process.stop().await;
    let log = fs::read_to_string(fixture.log()).unwrap();
    let line = log.lines().find(|line| line.contains("open files are limited")).unwrap();
    let result: serde_json::Value = serde_json::from_str(line).unwrap();
    let files = result["fields"]["files"].as_str().unwrap();
    assert!(files == "unlimited" || files.parse::<u64>().unwrap() > 200, "{line}");
}
