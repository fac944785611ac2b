//! The network of a caller, which is what limits count. A subscriber gets a whole /64 of IPv6 addresses and
//! can use a fresh one for every request, so a limit by address would not limit them.

use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, Ipv4Addr};

/// A network: an IPv4 address, also when mapped into IPv6, or the /64 of an IPv6 address.
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
