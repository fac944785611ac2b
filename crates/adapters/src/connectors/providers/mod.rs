//! The HTTP APIs of email and SMS providers. A [`Provider`] builds the request that sends a message and the
//! one that checks its credentials. [`HttpConnector`] sends them, with the same timeout, response parsing and
//! error classification for all providers.

pub(super) mod http_endpoint;
pub(super) mod mailgun;
pub(super) mod postmark;
mod request;
mod response;
pub(super) mod sendgrid;
pub(super) mod ses;
mod sigv4;
pub(super) mod twilio;
pub(super) mod vonage;

use std::fmt;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Url};

use crate::connectors::http::{self, OutboundClient};
use crate::connectors::providers::response::ProviderResponse;
use crate::connectors::registry::FactoryContext;
use crate::connectors::{Transport, settings};
use rekey_core::connectors::port::{PRIVATE, SendError};
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::time::Timestamp;

/// One provider's protocol.
pub(super) trait Provider: Send + Sync {
    /// Reads the settings, or says which is wrong; also returns the response timeout in milliseconds, if the
    /// operator set one.
    fn build(spec: &ConnectorSpec) -> Result<(Self, Option<u64>), String>
    where
        Self: Sized;

    /// The endpoint of its requests.
    fn endpoint(&self) -> &Url;

    /// Builds the request that sends a message.
    fn message_request(
        &self,
        client: &Client,
        dispatch: &OutgoingMessage,
    ) -> Result<RequestBuilder, SendError>;

    /// Builds a request that sends no message and checks the credentials if the provider allows that.
    fn probe_request(&self, client: &Client, now: Timestamp) -> Result<RequestBuilder, SendError>;

    /// Whether the message was accepted. Most providers report that with the status.
    fn check_response(&self, answer: &ProviderResponse) -> Result<(), SendError> {
        answer.check_status()
    }

    /// Whether the response to the probe means success.
    fn check_probe_response(&self, answer: &ProviderResponse) -> Result<(), SendError> {
        answer.check_status()
    }
}

/// A provider and the client for its requests.
pub(super) struct HttpConnector {
    outbound: OutboundClient,
    timeout: Duration,
    factory: String,
    provider: Box<dyn Provider>,
}

impl HttpConnector {
    /// Scheme, host and port of its endpoint.
    pub(super) fn destination(&self) -> String {
        self.provider.endpoint().origin().ascii_serialization()
    }

    pub(super) async fn send(&self, dispatch: &OutgoingMessage) -> Result<(), SendError> {
        self.provider.check_response(
            &self.request(self.provider.message_request(self.outbound.client(), dispatch)?).await?,
        )
    }

    pub(super) async fn probe(&self, now: Timestamp) -> Result<(), SendError> {
        self.provider.check_probe_response(
            &self.request(self.provider.probe_request(self.outbound.client(), now)?).await?,
        )
    }

    async fn request(&self, request: RequestBuilder) -> Result<ProviderResponse, SendError> {
        ProviderResponse::fetch(&self.outbound, request.timeout(self.timeout)).await
    }
}

impl fmt::Debug for HttpConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("factory", &self.factory).finish_non_exhaustive()
    }
}

/// Builds the connector of this provider.
fn build_http<P: Provider + 'static>(
    spec: &ConnectorSpec,
    around: &FactoryContext<'_>,
) -> Result<Transport, String> {
    let (provider, timeout_ms) = P::build(spec)?;
    if !around.reach.allows(provider.endpoint().host_str().unwrap_or_default()) {
        return Err(settings::setting_error(spec, "endpoint", PRIVATE));
    }
    let outbound = OutboundClient::new(around.reach, around.proxy)
        .map_err(|error| settings::setting_error(spec, "", &format!("no HTTPS here: {error}")))?;
    let timeout = timeout_ms.map_or(http::TIMEOUT, Duration::from_millis);
    let factory = spec.connector_id.clone();
    Ok(Transport::Http(Box::new(HttpConnector { outbound, timeout, factory, provider: Box::new(provider) })))
}
