//! How the headers of proxies are read.

use super::HeaderFormat;

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
