//! The proxy through which requests leave a network that lets nothing else out. Requests to this machine are always
//! direct, and so are those to the hosts that the operator excepts.

use std::fmt;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use reqwest::{ClientBuilder, NoProxy, Proxy};
use url::Url;

use crate::connectors::public_dns::{PublicResolver, Reach};
use rekey_core::types::secret::Secret;

/// Always direct.
const DIRECT: &str = "localhost,127.0.0.0/8,::1";

/// The proxy, if there is one.
#[derive(Clone, Default)]
pub struct OutboundProxy(Option<ProxyAddress>);

#[derive(Clone)]
struct ProxyAddress {
    proxy: Proxy,
    host: String,
}

impl OutboundProxy {
    /// The proxy at this URL, which may hold a user name and password, for all hosts but these.
    pub fn new(url: Option<&Secret>, no_proxy: Option<&str>) -> anyhow::Result<Self> {
        let Some(secret) = url else { return Ok(Self::default()) };
        let expected = "expected a URL such as http://user:password@proxy.internal:3128";
        // The URL is not quoted: it may hold a password.
        let url = Url::parse(secret.expose()).ok().context(expected)?;
        ensure!(matches!(url.scheme(), "http" | "https") && matches!(url.path(), "" | "/"), expected);
        let host = url.host_str().context(expected)?.to_owned();
        let direct = no_proxy.map_or_else(|| DIRECT.to_owned(), |hosts| format!("{DIRECT},{hosts}"));
        let proxy = Proxy::all(url.as_str()).ok().context(expected)?;
        Ok(Self(Some(ProxyAddress { proxy: proxy.no_proxy(NoProxy::from_string(&direct)), host })))
    }

    /// Whether there is one.
    pub(super) const fn is_set(&self) -> bool {
        self.0.is_some()
    }

    /// Lets the client of a reach use it. Its own name is resolved like any other, and may be private.
    pub(super) fn apply(&self, builder: ClientBuilder, reach: Reach) -> ClientBuilder {
        let builder = match reach {
            Reach::Public => {
                let proxy_host = self.0.as_ref().map(|address| address.host.clone());
                builder.dns_resolver(Arc::new(PublicResolver { proxy_host }))
            }
            Reach::Anywhere | Reach::Operator => builder,
        };
        match &self.0 {
            Some(address) => builder.proxy(address.proxy.clone()),
            None => builder.no_proxy(),
        }
    }
}

impl fmt::Debug for OutboundProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboundProxy").field("is_set", &self.is_set()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::OutboundProxy;
    use rekey_core::types::secret::Secret;

    fn parse(url: &str) -> anyhow::Result<OutboundProxy> {
        OutboundProxy::new(Some(&Secret::from(url)), Some("intern.example,10.0.0.0/8"))
    }

    #[test]
    fn a_proxy_is_an_http_url_without_a_path_and_no_error_or_log_shows_its_password() {
        assert!(!OutboundProxy::new(None, None).unwrap().is_set());
        for url in ["http://proxy:3128", "https://rekey:hunter2@proxy.internal:443/"] {
            let found = parse(url).unwrap();
            assert!(found.is_set() && !format!("{found:?}").contains("hunter2"), "{url}");
        }
        for url in ["", "proxy:3128", "socks5://hunter2@proxy", "http://rekey:hunter2@proxy/path", "http://"]
        {
            let error = format!("{:#}", parse(url).unwrap_err());
            assert!(error.starts_with("expected a URL") && !error.contains("hunter2"), "{error}");
        }
    }
}
