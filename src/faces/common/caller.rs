//! Who is asking, read from the connection. Forwarding headers are believed only from the configured proxies, and then the nearest
//! address that is not one of them: anybody can write the header, and a throttle keyed on it would be none (ASVS 4.1.3, 15.3.4).

use std::net::IpAddr;

use actix_web::HttpRequest;
use ipnet::IpNet;

/// The longest user agent we keep, in characters.
const LONGEST_AGENT: usize = 400;

/// The network address of the visitor.
pub fn ip(request: &HttpRequest, proxies: &[IpNet]) -> String {
    let Some(peer) = request.peer_addr().map(|peer| peer.ip().to_canonical()) else {
        return String::new();
    };
    let trusted = |ip: &IpAddr| proxies.iter().any(|net| net.contains(ip));
    if !trusted(&peer) {
        return peer.to_string();
    }
    let hops = forwarded(request);
    hops.iter().rev().find(|ip| !trusted(ip)).copied().unwrap_or(peer).to_string()
}

/// The addresses of `Forwarded`, or else `X-Forwarded-For`, in the order in which they were added; one that can't be read ends it.
fn forwarded(request: &HttpRequest) -> Vec<IpAddr> {
    let all = |name: &str| {
        let lines = request.headers().get_all(name).filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(',').map(str::trim).map(str::to_owned)).collect::<Vec<_>>()
    };
    let standard: Vec<String> = all("forwarded").iter().filter_map(|hop| for_part(hop)).collect();
    let hops = if standard.is_empty() { all("x-forwarded-for") } else { standard };
    let mut nearest: Vec<IpAddr> = hops.iter().rev().map_while(|hop| address(hop)).collect();
    nearest.reverse();
    nearest
}

fn for_part(hop: &str) -> Option<String> {
    let part = hop
        .split(';')
        .map(str::trim)
        .find(|part| part.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("for=")))?;
    part.get(4..).map(|value| value.trim_matches('"').to_owned())
}

/// `1.2.3.4`, `1.2.3.4:80`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bare =
        text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(inside, _)| inside);
    let whole = bare.parse::<IpAddr>().ok();
    whole
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
        .map(|ip| ip.to_canonical())
}

/// What the browser calls itself, without control characters, cut short.
pub fn user_agent(request: &HttpRequest) -> String {
    let agent = request.headers().get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or("");
    agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect()
}

#[cfg(test)]
mod tests {
    use super::ip;
    use actix_web::test::TestRequest;

    fn seen(peer: &str, header: (&'static str, &'static str), proxies: &[&str]) -> String {
        let proxies: Vec<ipnet::IpNet> = proxies.iter().map(|net| net.parse().unwrap()).collect();
        let peer = format!("{peer}:9").parse().unwrap();
        ip(&TestRequest::default().peer_addr(peer).insert_header(header).to_http_request(), &proxies)
    }

    #[test]
    fn a_stranger_can_not_choose_the_address_they_are_counted_under() {
        assert_eq!(seen("203.0.113.9", ("x-forwarded-for", "1.1.1.1"), &[]), "203.0.113.9");
        assert_eq!(
            seen("10.0.0.1", ("x-forwarded-for", "6.6.6.6, 203.0.113.9"), &["10.0.0.0/8"]),
            "203.0.113.9"
        );
        assert_eq!(
            seen("10.0.0.1", ("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.1.1.1"), &["10.0.0.0/8"]),
            "203.0.113.9"
        );
        assert_eq!(
            seen(
                "10.0.0.1",
                ("forwarded", "for=6.6.6.6, For=\"[2001:db8::1]:4711\";proto=https"),
                &["10.0.0.0/8"]
            ),
            "2001:db8::1"
        );
        assert_eq!(
            seen("10.0.0.1", ("x-forwarded-for", "203.0.113.9, nonsense"), &["10.0.0.0/8"]),
            "10.0.0.1"
        );
    }
}
