//! The only client for outbound HTTP. It follows no redirects (which would pass the credentials on), uses the
//! configured proxy and ignores proxy variables, waits at most ten seconds and reads a limited body; the caller chooses whether it may
//! reach private addresses. It trusts the certificate authorities inside the binary, the same as for mail and
//! PostgreSQL, so it works in a container without any.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, RequestBuilder, Response, redirect};
use rustls::{ClientConfig, RootCertStore};

use crate::connectors::outbound_proxy::OutboundProxy;
use crate::connectors::public_dns::{NotPublic, Reach};

/// The timeout of a request for which the caller sets nothing shorter.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// How much is read of a response whose body is not used.
pub(super) const MAX_IGNORED_BODY_BYTES: usize = 64 * 1024;

/// A client limited to a reach. It holds connections, so build it once and keep it.
pub(super) struct OutboundClient {
    client: Client,
    reach: Reach,
    is_proxied: bool,
}

/// Why a request failed. It names no address, because an address may hold a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutboundError {
    /// The address is private, which this client may not reach.
    Private,
    /// The request timed out.
    Timeout,
    /// No connection could be made.
    Unreachable,
    /// The connection broke.
    Broken,
}

impl OutboundClient {
    /// Builds a client with this reach.
    pub fn new(reach: Reach, proxy: &OutboundProxy) -> anyhow::Result<Self> {
        let client = proxy.apply(client_builder()?, reach).build()?;
        Ok(Self { client, reach, is_proxied: proxy.is_set() })
    }

    /// The client to build requests with; they are sent with `send`.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a request. An IP address in place of a host name never reaches the resolver, so it is checked
    /// here.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response, OutboundError> {
        let request = request.build().map_err(|_| OutboundError::Broken)?;
        let host = request.url().host_str().unwrap_or_default();
        if !self.reach.allows(host) || self.is_private_behind_proxy(host).await {
            return Err(OutboundError::Private);
        }
        self.client.execute(request).await.map_err(|error| OutboundError::from_reqwest(&error))
    }
}

impl OutboundClient {
    /// Whether a name leads to a private address although only public ones are allowed. A proxy resolves names
    /// itself, so its own rules are what counts in the end; a name that only it can resolve is left to it.
    async fn is_private_behind_proxy(&self, host: &str) -> bool {
        self.is_proxied && self.reach.resolve(host, 0).await.is_err_and(|error| NotPublic::caused(&error))
    }
}

impl OutboundError {
    /// The error itself is not quoted, because it would name the address.
    pub(super) fn from_reqwest(error: &reqwest::Error) -> Self {
        let mut source = error.source();
        while let Some(inner) = source {
            if inner.is::<NotPublic>() {
                return Self::Private;
            }
            source = inner.source();
        }
        match () {
            () if error.is_timeout() => Self::Timeout,
            () if error.is_connect() => Self::Unreachable,
            () => Self::Broken,
        }
    }
}

/// One client per reach, for callers that know the reach only when they send.
pub(super) struct OutboundClients {
    public: OutboundClient,
    anywhere: OutboundClient,
}

impl OutboundClients {
    /// Builds both clients.
    pub fn new(proxy: &OutboundProxy) -> anyhow::Result<Self> {
        Ok(Self {
            public: OutboundClient::new(Reach::Public, proxy)?,
            anywhere: OutboundClient::new(Reach::Anywhere, proxy)?,
        })
    }

    /// The client for this reach.
    pub const fn for_reach(&self, reach: Reach) -> &OutboundClient {
        match reach {
            Reach::Public => &self.public,
            Reach::Anywhere | Reach::Operator => &self.anywhere,
        }
    }
}

/// Builds a client that may reach any address, without a proxy.
pub fn build_client() -> anyhow::Result<Client> {
    Ok(client_builder()?.no_proxy().build()?)
}

/// The settings common to every client.
fn client_builder() -> anyhow::Result<ClientBuilder> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        // Shared by the addresses of a name, so that one that swallows packets leaves time for the others.
        .connect_timeout(TIMEOUT / 2)
        .timeout(TIMEOUT)
        .user_agent(concat!("rekey/", env!("CARGO_PKG_VERSION"))))
}

/// Reads the first `limit` bytes of a response. A longer one is cut and its connection closed, so that an
/// endpoint cannot fill our memory.
pub async fn read_body(mut response: Response, limit: usize) -> reqwest::Result<Vec<u8>> {
    let mut read = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = limit.saturating_sub(read.len());
        read.extend(chunk.iter().take(room));
        if chunk.len() > room {
            break;
        }
    }
    Ok(read)
}
