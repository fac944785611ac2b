//! Which address is the client's behind which proxies, and how their headers are read.

use actix_web::http::header::HeaderName;
use actix_web::test::TestRequest;

use super::Forwarding;
use super::hops::HeaderFormat;

fn seen(peer: &str, name: &'static str, lines: &[&str]) -> String {
    let proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let mut request = TestRequest::default().peer_addr(format!("{peer}:9").parse().unwrap());
    for line in lines {
        request = request.append_header((name, *line));
    }
    Forwarding::new(proxies, HeaderName::from_static(name)).client_ip(&request.to_http_request())
}

#[test]
fn a_stranger_can_not_choose_the_address_they_are_counted_under() {
    assert_eq!(seen("203.0.113.9", "x-forwarded-for", &["1.1.1.1"]), "203.0.113.9");
    assert_eq!(seen("10.0.0.1", "x-forwarded-for", &["6.6.6.6, 203.0.113.9"]), "203.0.113.9");
    assert_eq!(seen("10.0.0.1", "x-forwarded-for", &["6.6.6.6, 203.0.113.9, 10.1.1.1"]), "203.0.113.9");
    assert_eq!(seen("10.0.0.1", "x-forwarded-for", &["203.0.113.9, nonsense"]), "10.0.0.1");
    assert_eq!(seen("10.0.0.1", "forwarded", &["for=6.6.6.6", "for=203.0.113.9"]), "203.0.113.9");
}

#[test]
fn a_header_for_one_address_is_one_hop() {
    assert_eq!(seen("10.0.0.1", "x-real-ip", &["6.6.6.6", "203.0.113.9"]), "203.0.113.9");
    assert_eq!(seen("10.0.0.1", "x-real-ip", &["6.6.6.6", "10.1.1.1"]), "10.1.1.1");
    assert_eq!(seen("10.0.0.1", "x-real-ip", &["6.6.6.6", "nonsense"]), "10.0.0.1");
}

#[test]
fn a_list_without_end_is_not_walked_to_its_end() {
    let hops = "10.9.9.9,".repeat(100);
    assert_eq!(seen("10.0.0.1", "x-forwarded-for", &[&format!("6.6.6.6,{hops}10.1.1.1")]), "10.9.9.9");
}

fn read(form: HeaderFormat, line: &str) -> Vec<String> {
    let text = |hop: Option<std::net::IpAddr>| hop.map_or("-".to_owned(), |ip| ip.to_string());
    form.parse_hops(line.as_bytes()).map(text).collect()
}

#[test]
fn a_list_is_read_from_its_end() {
    assert_eq!(
        read(HeaderFormat::List, "1.1.1.1, 2001:db8::1,3.3.3.3:80"),
        ["3.3.3.3", "2001:db8::1", "1.1.1.1"]
    );
    assert_eq!(read(HeaderFormat::List, "[2001:db8::1]:80, [2001:db8::2]"), ["2001:db8::2", "2001:db8::1"]);
    assert_eq!(read(HeaderFormat::List, " , 1.1.1.1,,"), ["1.1.1.1"]);
    assert_eq!(read(HeaderFormat::List, "::ffff:1.1.1.1"), ["1.1.1.1"]);
    let unreadable =
        "unknown, _hidden, 1.1.1, 1.1.1.1:, 1.1.1.1:http, [::1, [::1]x, 1.1.1.1 2.2.2.2, \"1.1.1.1\"";
    assert!(read(HeaderFormat::List, unreadable).iter().all(|hop| hop == "-"));
    assert!(read(HeaderFormat::List, "").is_empty());
}

#[test]
fn one_address_is_no_list() {
    assert_eq!(read(HeaderFormat::Single, " 1.1.1.1 "), ["1.1.1.1"]);
    assert_eq!(read(HeaderFormat::Single, "1.1.1.1, 2.2.2.2"), ["-"]);
}

#[test]
fn an_element_of_forwarded_tells_for_once() {
    let hop = |line: &str| read(HeaderFormat::Forwarded, line);
    assert_eq!(hop("for=1.1.1.1;proto=https, For=\"[2001:db8::1]:4711\""), ["2001:db8::1", "1.1.1.1"]);
    assert_eq!(hop("proto=https; FOR = 1.1.1.1"), ["-"], "no blank stands around the sign");
    assert_eq!(hop("by=2.2.2.2;for=1.1.1.1;"), ["1.1.1.1"]);
    assert_eq!(hop("host=\"a,b;for=6.6.6.6\";for=1.1.1.1"), ["1.1.1.1"]);
    assert_eq!(hop("host=\"a\\\"b,\";for=\"1.1.1.1:_port\""), ["1.1.1.1"]);
    assert_eq!(hop("for=1.1.1.1;for=2.2.2.2"), ["-"]);
    assert_eq!(hop("for=unknown, for=_hidden, proto=https, nonsense"), ["-"; 4]);
    assert_eq!(hop("for=2.2.2.2, for=\"1.1.1.1"), ["-"], "a quote that the last one leaves open");
}

#[test]
fn what_a_visitor_leaves_open_swallows_nothing() {
    assert_eq!(read(HeaderFormat::Forwarded, "for=\"6.6.6.6, for=1.1.1.1").first().unwrap(), "1.1.1.1");
    assert_eq!(
        read(HeaderFormat::Forwarded, "host=\"\\, for=\"[2001:db8::1]\"").first().unwrap(),
        "2001:db8::1"
    );
    let mut bytes = b"\xff\xfe, ".to_vec();
    bytes.extend_from_slice(b"1.1.1.1");
    assert_eq!(HeaderFormat::List.parse_hops(&bytes).count(), 2);
}
