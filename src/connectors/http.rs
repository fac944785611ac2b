//! The one door for outbound HTTP. It follows no redirect (the credentials would go along), asks no proxy of the
//! environment, waits ten seconds at most and reads no more than it was told. The surprise: trust is the list of
//! authorities inside the binary, the same as for mail and PostgreSQL, so a container without any still works.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Response, redirect};
use rustls::{ClientConfig, RootCertStore};

/// How long a request may take when the caller sets nothing shorter.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// How much of an answer is read when nobody is interested in it.
pub const BODY_LIMIT: usize = 64 * 1024;

/// A client; it holds connections, so build it once and keep it.
pub fn client() -> anyhow::Result<Client> {
    Ok(builder()?.build()?)
}

/// What every client of ours is made from.
pub fn builder() -> anyhow::Result<ClientBuilder> {
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
pub async fn body(mut response: Response, limit: usize) -> reqwest::Result<Vec<u8>> {
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
