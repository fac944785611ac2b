//! Which address is the client's behind which proxies.

use actix_web::http::header::HeaderName;
use actix_web::test::TestRequest;

use super::Forwarding;

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
