//! The caller, as far as the connection tells: IP address, browser, language, app. It proves nothing about
//! the user. The IP address is the peer's, or the one a trusted proxy reports; never a header that anybody
//! can set (ASVS 4.1.3).

pub mod user_agent;

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, Ipv4Addr};

use serde::Serialize;

/// A call of the Management API, as webhooks report it: path parameters only, no query and no body.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCall {
    /// The path.
    pub path: String,
    /// The method.
    pub method: String,
    /// The status of its response when it succeeds.
    pub status: u16,
    /// The path parameters, by name.
    pub params: BTreeMap<String, String>,
    /// The path with parameter names.
    pub matched_route: Option<String>,
}

/// The network side of one request.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The IP address as text, for display and logs. Limits use `network`.
    pub ip: String,
    /// The user agent, truncated to 400 characters.
    pub user_agent: String,
    /// The language tag of the pages.
    pub locale: String,
    /// The template variant that the client wants; empty for the default.
    pub variant: String,
    /// Whether the client keeps no cookie, so that its requests are found by address.
    pub is_cookieless: bool,
    /// The id of the HTTP request, for the log; none of a command or a job.
    pub request_id: Option<String>,
    /// The registered application that the request is for.
    pub app_id: Option<String>,
    /// The id of the API key or application of an API client.
    pub key: Option<String>,
    /// The call of the Management API, if it is one.
    pub api: Option<Box<ApiCall>>,
}

impl Caller {
    /// The network that limits count, whichever of its addresses is used.
    pub fn network(&self) -> Network {
        Network::from_ip(&self.ip)
    }

    /// The browser in a few words: "Firefox, Linux".
    pub fn device(&self) -> String {
        user_agent::describe_device(&self.user_agent)
    }
}

/// A network: an IPv4 address, also when mapped into IPv6, or the /64 of an IPv6 address. A subscriber gets a
/// whole /64 and can use a fresh address for every request, so a limit by address would not limit them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Network {
    /// Unknown: a command or a job.
    #[default]
    Unknown,
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// The first half of an IPv6 address.
    V6([u16; 4]),
}

impl Network {
    /// The network of an IP address as text.
    pub fn from_ip(ip: &str) -> Self {
        ip.parse::<IpAddr>().map_or(Self::Unknown, Self::from)
    }
}

impl From<IpAddr> for Network {
    fn from(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6([a, b, c, d])
            }
        }
    }
}

impl Display for Network {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => Ok(()),
            Self::V4(address) => address.fmt(f),
            Self::V6([a, b, c, d]) => write!(f, "{a:x}:{b:x}:{c:x}:{d:x}::/64"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn a_line_is_one_network_whatever_address_it_picks() {
        assert_eq!(Network::from_ip("2001:db8:1:2:aaaa::1"), Network::from_ip("2001:db8:1:2:bbbb::9"));
        assert_ne!(Network::from_ip("2001:db8:1:2::1"), Network::from_ip("2001:db8:1:3::1"));
        assert_eq!(Network::from_ip("2001:db8:1:2::1").to_string(), "2001:db8:1:2::/64");
    }

    #[test]
    fn an_ipv4_address_is_itself_in_both_spellings() {
        assert_eq!(Network::from_ip("192.0.2.7").to_string(), "192.0.2.7");
        assert_eq!(Network::from_ip("::ffff:192.0.2.7"), Network::from_ip("192.0.2.7"));
        assert_ne!(Network::from_ip("192.0.2.8"), Network::from_ip("192.0.2.7"));
    }

    #[test]
    fn no_address_is_no_network() {
        assert_eq!(Network::from_ip(""), Network::Unknown);
        assert_eq!(Network::from_ip("localhost").to_string(), "");
    }
}
