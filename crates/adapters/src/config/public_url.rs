//! The address that people type. Every link starts with it, never with what a request claims in `Host` or a
//! forwarding header: that is the attack in which a victim's recovery link points at the attacker's server.

use std::net::{IpAddr, SocketAddr};

use anyhow::{bail, ensure};
use url::{Host, Url};

/// Scheme, host and port of the public side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
    secure: bool,
    chosen: bool,
}

impl PublicUrl {
    /// Reads an address an operator chose.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let Ok(url) = Url::parse(text) else {
            bail!("public_url: expected an address such as https://id.example.com");
        };
        let secure = url.scheme() == "https";
        let host = url.host_str().unwrap_or_default().to_owned();
        ensure!((secure || url.scheme() == "http") && !host.is_empty(), "public_url: expected http or https");
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        ensure!(bare && anonymous, "public_url: expected only scheme, host and port");
        ensure!(secure || is_loopback(&url), "public_url: must be https, because {host} is not this machine");
        Ok(Self { origin: url.origin().ascii_serialization(), host, secure, chosen: true })
    }

    /// The chosen address, or the one that `listen` gives.
    pub(super) fn choose(chosen: Option<&str>, listen: SocketAddr) -> anyhow::Result<Self> {
        if let Some(chosen) = chosen {
            return Self::parse(chosen);
        }
        ensure!(
            listen.ip().is_loopback(),
            "public_url: must be set, and be https, because listen is {listen} and not this machine only"
        );
        Self::parse(&format!("http://{listen}")).map(|url| Self { chosen: false, ..url })
    }

    /// Follows the port that was really bound, unless an operator chose an address.
    pub(super) fn follow(&mut self, address: SocketAddr) {
        if !self.chosen {
            self.origin = format!("http://{address}");
        }
    }

    /// `https://id.example.com`, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// `id.example.com`, without the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is https, so that cookies may be.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The whole address of a path. The slash between them is ours, so that no path (`@evil.example`,
    /// `.evil.example`) turns into another host.
    pub fn link(&self, path: &str) -> String {
        format!("{}/{}", self.origin, path.trim_start_matches('/'))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::PublicUrl;

    #[test]
    fn https_everywhere_and_http_at_home() {
        for good in [
            "https://id.example.com",
            "https://id.example.com:8443/",
            "http://localhost:3000",
            "http://127.0.0.9",
        ] {
            assert!(PublicUrl::parse(good).is_ok(), "{good}");
        }
        assert!(PublicUrl::parse("http://[::1]:3000").is_ok());
        assert!(PublicUrl::parse("http://id.localhost:3000").is_ok());
    }

    #[test]
    fn anything_else_is_refused() {
        let refused = |text: &str| PublicUrl::parse(text).unwrap_err().to_string();
        assert_eq!(
            refused("http://id.example.com"),
            "public_url: must be https, because id.example.com is not this machine"
        );
        assert_eq!(
            refused("http://localhost.example.com"),
            "public_url: must be https, because localhost.example.com is not this machine"
        );
        assert_eq!(
            refused("id.example.com"),
            "public_url: expected an address such as https://id.example.com"
        );
        assert_eq!(refused("ftp://id.example.com"), "public_url: expected http or https");
        for extra in [
            "https://id.example.com/auth",
            "https://id.example.com/?a",
            "https://id.example.com/#a",
            "https://a:b@id.example.com",
        ] {
            assert_eq!(refused(extra), "public_url: expected only scheme, host and port");
        }
    }

    #[test]
    fn links_start_with_the_origin() {
        let url = PublicUrl::parse("https://ID.example.com:443/").unwrap();
        assert_eq!(
            (url.origin(), url.host(), url.is_secure()),
            ("https://id.example.com", "id.example.com", true)
        );
        assert_eq!(url.link("/forgot-password"), "https://id.example.com/forgot-password");
        assert_eq!(url.link("//evil.example/"), "https://id.example.com/evil.example/");
        assert_eq!(url.link("@evil.example"), "https://id.example.com/@evil.example");
    }
}
