//! Posts webhooks and the logout tokens of OpenID Connect Back-Channel Logout 2.5: with a timeout of ten
//! seconds, at most 64 KiB of response and no redirects. Private addresses are refused unless the operator
//! allows them. The status decides; the response to a webhook is stored for the operator.

use reqwest::{RequestBuilder, Url};

use crate::connectors::http::{self, OutboundClient, OutboundClients, OutboundError};
use crate::connectors::outbound_proxy::OutboundProxy;
use crate::connectors::public_dns::Reach;
use rekey_core::connectors::port::SendError;
use rekey_core::types::secret::Secret;
use rekey_core::webhooks::webhook::{SignedRequest, WebhookResponse};

/// How much of a response is stored, in bytes.
const MAX_STORED_RESPONSE_BYTES: usize = 1024;

/// The webhook client.
pub struct WebhookClient(OutboundClients);

impl WebhookClient {
    /// Builds the client, which keeps its connections open.
    pub fn build(proxy: &OutboundProxy) -> anyhow::Result<Self> {
        Ok(Self(OutboundClients::new(proxy)?))
    }

    /// Posts the body with these headers.
    pub async fn post(&self, signed: &SignedRequest, reach: Reach) -> WebhookResponse {
        let Ok(url) = Url::parse(signed.url.expose()) else { return no_response("the address is none") };
        let outbound = self.0.for_reach(reach);
        let request = signed.headers.iter().fold(outbound.client().post(url), |request, (name, value)| {
            request.header(name.as_str(), value.expose())
        });
        send(outbound, request.body(signed.body.clone())).await
    }
}

async fn send(outbound: &OutboundClient, request: RequestBuilder) -> WebhookResponse {
    let response = match outbound.send(request).await {
        Ok(response) => response,
        Err(unsent) => return no_response(describe(unsent)),
    };
    let status = Some(response.status().as_u16());
    match http::read_body(response, http::MAX_IGNORED_BODY_BYTES).await {
        Ok(bytes) => {
            let kept = bytes.get(..MAX_STORED_RESPONSE_BYTES).unwrap_or(&bytes);
            WebhookResponse { status, text: String::from_utf8_lossy(kept).replace('\0', "") }
        }
        // The status has arrived, so a body that does not end is ignored.
        Err(_) => WebhookResponse { status, text: String::new() },
    }
}

fn no_response(why: &str) -> WebhookResponse {
    WebhookResponse { status: None, text: why.to_owned() }
}

const fn describe(unsent: OutboundError) -> &'static str {
    match unsent {
        OutboundError::Private => "the address is private",
        OutboundError::Timeout => "no answer in ten seconds",
        OutboundError::Unreachable => "no connection",
        OutboundError::Broken => "the connection broke",
    }
}

/// The client for back-channel logout.
pub struct BackChannelClient(OutboundClients);

impl BackChannelClient {
    /// Builds the client, which keeps its connections open.
    pub fn build(proxy: &OutboundProxy) -> anyhow::Result<Self> {
        Ok(Self(OutboundClients::new(proxy)?))
    }

    /// Posts the token; an application that accepted it answers 200 or 204.
    pub async fn post(&self, uri: &str, token: &Secret, reach: Reach) -> Result<(), SendError> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("logout_token", token.expose())
            .finish();
        let outbound = self.0.for_reach(reach);
        let request = outbound.client().post(uri);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = outbound.send(request).await.map_err(unnotified_error)?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(SendError::Transient(format!("the app answered {}", answer.status().as_u16())))
        }
    }
}

fn unnotified_error(unsent: OutboundError) -> SendError {
    let what = match unsent {
        OutboundError::Private => "the app is at a private address",
        OutboundError::Timeout | OutboundError::Unreachable | OutboundError::Broken => {
            "the app can not be reached"
        }
    };
    SendError::Transient(what.to_owned())
}
