//! A list of networks, told apart from a list of anything only so that a wrong entry is named in plain words;
//! the name of the header that tells a visitor's; and where the admin side listens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::ensure;
use ipnet::IpNet;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

/// Networks in CIDR notation; a single address is a network of one.
#[derive(Clone, Debug, Default)]
pub struct Networks(pub Vec<IpNet>);

impl<'de> Deserialize<'de> for Networks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let parsed = texts.iter().map(|text| parse_network(text)).collect::<Option<Vec<_>>>();
        parsed.map(Self).ok_or_else(|| D::Error::custom("expected networks such as 10.0.0.0/8"))
    }
}

fn parse_network(text: &str) -> Option<IpNet> {
    let single = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(single)
}

/// Where the admin side listens, or that it does not.
#[derive(Clone, Copy, Debug)]
pub struct AdminListen(pub Option<SocketAddr>);

impl Default for AdminListen {
    fn default() -> Self {
        Self(Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 3001))))
    }
}

impl<'de> Deserialize<'de> for AdminListen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "off" {
            return Ok(Self(None));
        }
        let address = text.parse::<SocketAddr>().map(|address| Self(Some(address)));
        address.map_err(|_| D::Error::custom("expected an address and port such as 127.0.0.1:3001, or off"))
    }
}

/// Refuses what can't be the name of a header.
pub(super) fn check_header(name: &str) -> anyhow::Result<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    ensure!(
        !name.is_empty() && name.len() <= 64 && name.chars().all(fits),
        "forwarded_header: expected the name of one header, such as x-forwarded-for or forwarded"
    );
    Ok(())
}
