//! The network that is counted is the one that the operator's proxy names, in the one header that the
//! operator named. Whatever a caller writes into the others, or into that one, moves nothing.

use std::fs;
use std::sync::Arc;

use serde_json::json;

use crate::promises::{CookieClient, FORGOT_PASSWORD};
use crate::support::app::{TestApp, on_runtime};
use crate::support::server_process::ServerFixture;

const PROXIES: (&str, &str) = ("REKEY_TRUSTED_PROXIES", "127.0.0.0/8, 10.0.0.0/8");

async fn start_behind_proxy(header: Option<&'static str>) -> TestApp {
    let mut variables = vec![PROXIES];
    variables.extend(header.map(|name| ("REKEY_FORWARDED_HEADER", name)));
    let app = TestApp::configured(&variables, json!({})).await;
    app.may_leave_messages();
    app
}

/// The address that the audit log keeps of a request with these header lines.
async fn seen_address(app: &TestApp, lines: &[(&str, &str)]) -> String {
    let cookie_client = CookieClient::new(app).await;
    let csrf = cookie_client.browser.get(FORGOT_PASSWORD).await.value("csrf");
    let body =
        serde_urlencoded::to_string([("csrf", csrf.as_str()), ("identifier", "x@example.org")]).unwrap();
    let mut headers = vec![crate::promises::FORM];
    headers.extend_from_slice(lines);
    cookie_client.browser.raw("POST", FORGOT_PASSWORD, &headers, body).await;
    let newest = newest_address(app).await;
    app.clock.advance(3600);
    newest
}

async fn newest_address(app: &TestApp) -> String {
    let database = Arc::clone(&app.database);
    let sql = "select ip from audit_log order by created_at desc, id desc limit 1";
    let read = move || async move {
        let mut tx = database.store.read().await.unwrap();
        tx.one::<(String,)>(sql, rekey_core::args![]).await.unwrap().0
    };
    on_runtime(read).await
}

#[tokio::test]
async fn an_unconfigured_forwarding_header_is_not_read() {
    let app = start_behind_proxy(None).await;
    let others = [
        ("forwarded", "for=6.6.6.6"),
        ("x-real-ip", "6.6.6.6"),
        ("cf-connecting-ip", "6.6.6.6"),
        ("true-client-ip", "6.6.6.6"),
        ("client-ip", "6.6.6.6"),
        ("x-client-ip", "6.6.6.6"),
        ("x-forwarded", "6.6.6.6"),
        ("forwarded-for", "6.6.6.6"),
    ];
    for other in others {
        let lines = [other, ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(seen_address(&app, &lines).await, "203.0.113.9", "{other:?} beside the proxy's");
        assert_eq!(seen_address(&app, &[other]).await, "127.0.0.1", "{other:?} alone");
    }
}

/// No limit by network is passed by a header that the caller adds.
#[tokio::test]
async fn a_caller_behind_the_proxy_can_not_choose_their_network() {
    let app = start_behind_proxy(None).await;
    let mut admitted = 0;
    for number in 0..60 {
        let browser = app.browser().with_header("x-forwarded-for", "203.0.113.9");
        let liar = browser.with_header("forwarded", &format!("for=198.51.100.{number}"));
        let email = format!("nobody{number}@example.org");
        let page = CookieClient::of(liar).await.post(FORGOT_PASSWORD, &[("identifier", &email)]).await;
        admitted += usize::from(page.status == 303);
    }
    assert_eq!(admitted, 20, "the limit of one network");
}

#[tokio::test]
async fn repeated_forwarding_headers_are_one_list_read_from_its_end() {
    let app = start_behind_proxy(None).await;
    let header = "x-forwarded-for";
    let cases: [(&[&str], &str); 9] = [
        (&["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        (&["6.6.6.6", "203.0.113.9, 10.1.1.1"], "203.0.113.9"),
        (&["6.6.6.6, 203.0.113.9", "10.1.1.1, 10.2.2.2"], "203.0.113.9"),
        (&["6.6.6.6, nonsense, 10.1.1.1"], "10.1.1.1"),
        (&["6.6.6.6", "nonsense"], "127.0.0.1"),
        (&["6.6.6.6, unknown, 10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        (&["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        (&["[2001:db8::1]:4711"], "2001:db8::1"),
        (&["6.6.6.6", "203.0.113.9:55555"], "203.0.113.9"),
    ];
    for (lines, expected) in cases {
        let lines: Vec<_> = lines.iter().map(|line| (header, *line)).collect();
        assert_eq!(seen_address(&app, &lines).await, expected, "{lines:?}");
    }
}

#[tokio::test]
async fn the_header_that_is_named_is_read_in_its_own_form() {
    let cases = [
        ("Forwarded", "for=6.6.6.6, For=\"[2001:db8::1]:4711\";proto=https;host=\"a,b\"", "2001:db8::1"),
        ("forwarded", "for=6.6.6.6, for=_hidden", "127.0.0.1"),
        ("forwarded", "for=\"6.6.6.6, for=203.0.113.9", "203.0.113.9"),
        ("x-real-ip", "203.0.113.9", "203.0.113.9"),
        ("x-real-ip", "6.6.6.6, 203.0.113.9", "127.0.0.1"),
        ("x-real-ip", "10.1.1.1", "10.1.1.1"),
        ("cf-connecting-ip", "2001:db8::1", "2001:db8::1"),
    ];
    for (name, line, expected) in cases {
        let app = start_behind_proxy(Some(name)).await;
        let lines = [(name, line), ("x-forwarded-for", "6.6.6.6")];
        assert_eq!(seen_address(&app, &lines).await, expected, "{name}: {line}");
    }
}

/// However long the list, its end is found at once.
#[tokio::test]
async fn a_long_forwarding_list_is_read_up_to_a_bound() {
    let app = start_behind_proxy(None).await;
    let hops = "10.1.1.1, ".repeat(3000);
    let list = format!("6.6.6.6, {}10.2.2.2", hops);
    assert_eq!(seen_address(&app, &[("x-forwarded-for", &list)]).await, "10.1.1.1");
}

/// An operator who forgot to name the proxy reads it in the log, once.
#[tokio::test]
async fn an_unconfigured_proxy_is_warned_about_once() {
    let fixture = ServerFixture::new().await;
    let process = fixture.start(true).await;
    let client = rekey_adapters::connectors::http::build_client().unwrap();
    for _ in 0..3 {
        let request = client.get(format!("{}/sign-in", process.origin));
        request.header("x-forwarded-for", "203.0.113.9").send().await.unwrap();
    }
    process.stop().await;
    let log = fs::read_to_string(fixture.log()).unwrap();
    assert_eq!(log.matches("trusted_proxies").count(), 1, "{log}");
    assert!(!log.contains("203.0.113.9"), "what strangers write stays out of the log");
}
