//! The one door for outbound HTTP. It follows no redirect (the credentials would go along), asks no proxy of the environment, waits ten seconds
//! at most and reads no more than it was told. Whoever opens it says how far it reaches: to the public only, or anywhere. Trust is the list of
//! authorities inside the binary, the same as for mail and PostgreSQL, so a container without any still works.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, RequestBuilder, Response, redirect};
use rustls::{ClientConfig, RootCertStore};

use super::public_dns::{NotPublic, PublicResolver, Reach};

/// How long a request may take when the caller sets nothing shorter.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// How much of an answer is read when nobody is interested in it.
pub const MAX_IGNORED_BODY_BYTES: usize = 64 * 1024;

/// A client that reaches no further than it may. It holds connections, so build it once and keep it.
pub struct OutboundClient {
    client: Client,
    reach: Reach,
}

/// Why there was no answer. It names no address, which may hold a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboundError {
    /// The address is a private one, and this client may not go there.
    Private,
    /// Nobody answered in time.
    Timeout,
    /// There was no connection.
    Unreachable,
    /// The connection broke.
    Broken,
}

impl OutboundClient {
    /// A client with this reach.
    pub fn new(reach: Reach) -> anyhow::Result<Self> {
        let client = match reach {
            Reach::Public => client_builder()?.dns_resolver(Arc::new(PublicResolver)).build()?,
            Reach::Anywhere | Reach::Operator => build_client()?,
        };
        Ok(Self { client, reach })
    }

    /// What requests are made with; they are sent by `send`.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Sends a request. A number in the place of a name never reaches the resolver, so it is looked at here.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response, OutboundError> {
        let request = request.build().map_err(|_| OutboundError::Broken)?;
        if !self.reach.allows(request.url().host_str().unwrap_or_default()) {
            return Err(OutboundError::Private);
        }
        self.client.execute(request).await.map_err(|error| OutboundError::from_reqwest(&error))
    }
}

impl OutboundError {
    /// The error itself is not quoted: it would name the address.
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

/// The two clients of those whose reach is known only when they send.
pub struct OutboundClients {
    public: OutboundClient,
    anywhere: OutboundClient,
}

impl OutboundClients {
    /// Both.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self {
            public: OutboundClient::new(Reach::Public)?,
            anywhere: OutboundClient::new(Reach::Anywhere)?,
        })
    }

    /// The one of this reach.
    pub const fn for_reach(&self, reach: Reach) -> &OutboundClient {
        match reach {
            Reach::Public => &self.public,
            Reach::Anywhere | Reach::Operator => &self.anywhere,
        }
    }
}

/// A client that reaches anywhere: for what the configuration names, which no API caller can change.
pub fn build_client() -> anyhow::Result<Client> {
    Ok(client_builder()?.build()?)
}

/// What every client of ours is made from.
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
        .no_proxy()
        .timeout(TIMEOUT)
        .user_agent(concat!("rekey/", env!("CARGO_PKG_VERSION"))))
}

/// The first `limit` bytes of an answer; a longer one is cut there and its connection closed, so that an endpoint cannot
/// fill our memory.
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
