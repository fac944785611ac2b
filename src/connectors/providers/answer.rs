//! What a provider answered and what it means, the same for all. It quotes nothing: addresses of people, keys and addresses of
//! endpoints are in there. The surprise: refused credentials are worth another try, because the next connector of the kind has
//! others and an operator can mend these before the message expires.

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

use crate::domain::ports::CarryError;

use super::http::{self, Outbound, Unsent};

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, when it is JSON and not too long; otherwise null.
    pub body: Value,
}

impl Answer {
    /// Sends the request and reads what comes back.
    pub async fn to(outbound: &Outbound, request: RequestBuilder) -> Result<Self, CarryError> {
        let mut response = outbound.send(request).await.map_err(broken)?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        // Once there is a status, a body that does not end changes nothing.
        let read = http::body(response, http::BODY_LIMIT).await.unwrap_or_default();
        let body = serde_json::from_slice(&read).unwrap_or_default();
        Ok(Self { status, headers, body })
    }

    /// What the status alone says.
    pub fn verdict(&self) -> Result<(), CarryError> {
        match self.status {
            status if status.is_success() => Ok(()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(CarryError::Later(format!(
                "the endpoint refuses the authorization ({})",
                self.status.as_u16()
            ))),
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
                Err(CarryError::Later(self.said()))
            }
            status if status.is_server_error() => Err(CarryError::Later(self.said())),
            _ => Err(CarryError::Never(self.said())),
        }
    }

    fn said(&self) -> String {
        format!("the endpoint answered {}", self.status.as_u16())
    }
}

fn broken(unsent: Unsent) -> CarryError {
    let what = match unsent {
        Unsent::Private => "the endpoint is at a private address",
        Unsent::Late => "the endpoint did not answer in time",
        Unsent::Unreachable => "the endpoint cannot be reached",
        Unsent::Broken => "the connection to the endpoint broke",
    };
    CarryError::Later(what.to_owned())
}
