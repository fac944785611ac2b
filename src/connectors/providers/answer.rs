//! What a provider answered and what it means, the same for all. It quotes nothing: addresses of people, keys and addresses of
//! endpoints are in there. The surprise: refused credentials are worth another try, because the next connector of the kind has
//! others and an operator can mend these before the message expires.

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

use crate::domain::ports::CarryError;

use super::http;

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
    pub async fn to(request: RequestBuilder) -> Result<Self, CarryError> {
        let mut response = request.send().await.map_err(|error| broken(&error))?;
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

/// The address of the endpoint may hold a key, so the error is not quoted.
fn broken(error: &reqwest::Error) -> CarryError {
    let what = match () {
        () if error.is_timeout() => "the endpoint did not answer in time",
        () if error.is_connect() => "the endpoint cannot be reached",
        () => "the connection to the endpoint broke",
    };
    CarryError::Later(what.to_owned())
}
