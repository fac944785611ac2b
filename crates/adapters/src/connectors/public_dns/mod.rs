//! Limits which addresses an outbound connection may reach. Anyone who may configure a webhook, a connector
//! or an application chooses where we send requests, and must not reach this machine, its network or a
//! cloud's metadata address (SSRF). The check runs on the addresses that the name resolves to, for that very
//! connection, so that a DNS name that changes a moment later does not bypass it (ASVS 1.3.6).

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Address ranges that are not public (IANA's special-purpose registries), including mapped and translated
/// addresses.
const RESERVED: [&str; 32] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fec0::/10",
    "fe80::/10",
    "ff00::/8",
];

static RESERVED_NETS: LazyLock<Vec<IpNet>> =
    LazyLock::new(|| RESERVED.iter().filter_map(|net| net.parse().ok()).collect());

/// The addresses that may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses only: for targets set by API callers.
    Public,
    /// All addresses: for targets set by API callers where a setting allows it.
    Anywhere,
    /// All addresses and files of this machine: for targets from the configuration or the bootstrap file.
    Operator,
}

impl Reach {
    /// `Anywhere` if private addresses are allowed.
    pub const fn allowing_private(private: bool) -> Self {
        if private { Self::Anywhere } else { Self::Public }
    }

    /// Whether this host may be connected to, as far as that is known without resolving it.
    pub(super) fn allows(self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
        let is_here =
            bare.eq_ignore_ascii_case("localhost") || bare.to_ascii_lowercase().ends_with(".localhost");
        self != Self::Public || !is_here && bare.parse().map_or(true, is_public)
    }

    /// Resolves a host; an error if one of its addresses may not be connected to.
    pub(super) async fn resolve(self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found: Vec<SocketAddr> = tokio::net::lookup_host((bare, port)).await?.collect();
        if self != Self::Public || found.iter().all(|address| is_public(address.ip())) {
            Ok(found)
        } else {
            Err(io::Error::other(NotPublic))
        }
    }
}

/// Whether this address is public.
pub(super) fn is_public(address: IpAddr) -> bool {
    !RESERVED_NETS.iter().any(|net| net.contains(&address))
}

/// Resolves names, and refuses names with any address that is not public.
#[derive(Default)]
pub(super) struct PublicResolver {
    /// The host of the proxy, which the operator chose and which may be private.
    pub proxy_host: Option<String>,
}

/// The error for a name or address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("the address is private")]
pub(super) struct NotPublic;

impl NotPublic {
    /// Whether this error is the reason that there are no addresses.
    pub(super) fn caused(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let is_proxy = self.proxy_host.as_deref() == Some(name.as_str());
        let reach = if is_proxy { Reach::Operator } else { Reach::Public };
        Box::pin(async move {
            let found = reach.resolve(name.as_str(), 0).await;
            // Returned as it is, because a network error does not name the error inside it as its source.
            if found.as_ref().is_err_and(NotPublic::caused) {
                return Err(NotPublic.into());
            }
            Ok(Box::new(found?.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
