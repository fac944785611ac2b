//! Hands short messages to an HTTP endpoint of the operator, which passes them on to whatever provider they have. Not a
//! provider's own protocol. The surprise: the message is there twice, as bare code and link and as finished text.

use std::fmt;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde::{Deserialize, Serialize};

use crate::domain::ports::CarryError;
use crate::model::connector::ConnectorSpec;
use crate::model::message::Dispatch;
use crate::model::secret::Secret;

use super::{http, settings, written};

/// The factory name.
pub const ID: &str = "http-sms";

/// An endpoint that takes short messages.
pub struct HttpSms {
    client: Client,
    endpoint: Url,
    authorization: Option<HeaderValue>,
    timeout: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    endpoint: String,
    authorization: Option<Secret>,
    #[serde(default = "ten_seconds")]
    timeout_ms: u64,
}

#[derive(Serialize)]
struct Posted<'a> {
    to: String,
    r#type: &'a str,
    payload: Payload<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Payload<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a Secret>,
    locale: &'a str,
}

impl HttpSms {
    pub(super) fn build(spec: &ConnectorSpec) -> Result<Self, String> {
        let set: Settings = settings::read(spec)?;
        let wrong = |path: &str, what: &str| settings::wrong(spec, path, what);
        let endpoint = endpoint(&set.endpoint).map_err(|what| wrong("endpoint", what))?;
        let authorization = set
            .authorization
            .map(|secret| sensitive(&secret))
            .transpose()
            .map_err(|()| wrong("authorization", "expected the value of a header"))?;
        let client = http::client().map_err(|error| wrong("", &format!("no HTTPS here: {error}")))?;
        Ok(Self { client, endpoint, authorization, timeout: Duration::from_millis(set.timeout_ms) })
    }

    /// Asks for the headers of the endpoint: any answer means that it is there, but not one that refuses our credentials.
    pub(super) async fn probe(&self) -> Result<(), CarryError> {
        match self.signed(self.client.head(self.endpoint.clone())).send().await {
            Ok(response) if response.status() == StatusCode::UNAUTHORIZED => {
                Err(CarryError::Never("the endpoint refuses the authorization (401)".to_owned()))
            }
            Ok(_) => Ok(()),
            Err(error) => Err(broken(&error)),
        }
    }

    pub(super) async fn carry(&self, dispatch: &Dispatch) -> Result<(), CarryError> {
        let request = self.signed(self.client.post(self.endpoint.clone())).json(&Posted::of(dispatch));
        let response = request.send().await.map_err(|error| broken(&error))?;
        let verdict = judge(response.status());
        // Only the status counts. What follows it is read so that the connection can be used again.
        let _unread = http::body(response, http::BODY_LIMIT).await;
        verdict
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        let request = request.timeout(self.timeout);
        match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value.clone()),
            None => request,
        }
    }
}

impl fmt::Debug for HttpSms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSms").field("host", &self.endpoint.host_str()).finish_non_exhaustive()
    }
}

impl<'a> Posted<'a> {
    fn of(dispatch: &'a Dispatch) -> Self {
        Self {
            to: written(&dispatch.to),
            r#type: dispatch.kind,
            payload: Payload {
                code: dispatch.code.as_ref(),
                link: dispatch.link.as_ref(),
                locale: &dispatch.locale,
            },
            text: &dispatch.rendered.text,
        }
    }
}

const fn ten_seconds() -> u64 {
    10_000
}

/// Codes and the authorization travel in clear over http, so it may only reach this machine.
fn endpoint(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "expected an https address")?;
    let here = url.host_str().is_some_and(settings::is_loopback);
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        "http" => Err("expected https, http is for this machine only"),
        _ => Err("expected an https address"),
    }
}

fn sensitive(secret: &Secret) -> Result<HeaderValue, ()> {
    let mut value = HeaderValue::from_str(secret.expose()).map_err(|_| ())?;
    value.set_sensitive(true);
    Ok(value)
}

fn judge(status: StatusCode) -> Result<(), CarryError> {
    let said = || format!("the endpoint answered {}", status.as_u16());
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Err(CarryError::Later(said())),
        status if status.is_server_error() => Err(CarryError::Later(said())),
        _ => Err(CarryError::Never(said())),
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
