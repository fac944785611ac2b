//! Reads and classifies responses of all providers. It quotes nothing from them, because they hold users'
//! addresses, keys and endpoints. Rejected credentials count as transient: the next connector of the kind has
//! other credentials, and the operator can correct these before the message expires.

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

use crate::connectors::providers::http::{self, OutboundClient, OutboundError};
use rekey_core::connectors::port::SendError;

/// A response.
pub struct ProviderResponse {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body if that is JSON and not too long, otherwise null.
    pub body: Value,
}

impl ProviderResponse {
    /// Sends the request and reads the response.
    pub async fn fetch(outbound: &OutboundClient, request: RequestBuilder) -> Result<Self, SendError> {
        let mut response = outbound.send(request).await.map_err(outbound_error)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        // Once there is a status, a body that does not end changes nothing.
        let read = http::read_body(response, http::MAX_IGNORED_BODY_BYTES).await.unwrap_or_default();
        let body = serde_json::from_slice(&read).unwrap_or_default();
        Ok(Self { status, headers, body })
    }

    /// Classifies the status alone.
    pub fn check_status(&self) -> Result<(), SendError> {
        match self.status {
            status if status.is_success() => Ok(()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(SendError::Transient(format!(
                "the endpoint refuses the authorization ({})",
                self.status.as_u16()
            ))),
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
                Err(SendError::Transient(self.describe()))
            }
            status if status.is_server_error() => Err(SendError::Transient(self.describe())),
            _ => Err(SendError::Permanent(self.describe())),
        }
    }

    fn describe(&self) -> String {
        format!("the endpoint answered {}", self.status.as_u16())
    }
}

fn outbound_error(unsent: OutboundError) -> SendError {
    let what = match unsent {
        OutboundError::Private => "the endpoint is at a private address",
        OutboundError::Timeout => "the endpoint did not answer in time",
        OutboundError::Unreachable => "the endpoint cannot be reached",
        OutboundError::Broken => "the connection to the endpoint broke",
    };
    SendError::Transient(what.to_owned())
}
