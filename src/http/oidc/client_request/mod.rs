//! A request by an application with its own credentials, as a form or as JSON. The extractor verifies
//! nothing; `authenticate_client` does. Secrets in both the header and the body are refused, because one
//! layer could use the first and another the second.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, ORIGIN};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::http::api::ApiRequest;
use crate::http::middleware::request_log::record_app;
use crate::http::oidc::error::{ErrorContext, error_response, fault_response};
use rekey_core::apps::client_app::ClientApp;
use rekey_core::oidc::params::Params;
use rekey_core::oidc::{ClientCredentials, authenticate_client};
use rekey_core::types::error::oauth_error::ProtocolError;
use rekey_core::types::error::parse_error::strict_json::{self, JsonError};
use rekey_core::types::error::{Error, Result};
use rekey_core::types::secret::Secret;

/// The largest body, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// A request.
pub struct ClientRequest {
    /// The call.
    pub call: ApiRequest,
    /// The parameters.
    pub params: Params,
    /// How errors are reported.
    pub error_context: ErrorContext,
    credentials: ClientCredentials,
    origin: Option<String>,
}

impl ClientRequest {
    /// The authenticated application, called from an allowed origin: a response with tokens must not be
    /// readable by another site's script.
    pub fn authenticate_client(&self) -> Result<ClientApp> {
        let app = authenticate_client(self.call.context(), &self.credentials)?;
        let own = &self.call.app.site.origin;
        let is_foreign = |origin: &String| origin != own && !app.origins().contains(origin);
        if self.origin.as_ref().is_some_and(is_foreign) {
            Err(ProtocolError::invalid_request("the origin is not one of this client").into())
        } else {
            record_app(&app.id);
            Ok(app)
        }
    }

    /// The error in the form that this caller asked for.
    pub fn error_response(&self, error: &Error) -> HttpResponse {
        error_response(&self.error_context, error)
    }
}

impl FromRequest for ClientRequest {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let call = ApiRequest::from_http_request(request);
        let kind = request.content_type().to_ascii_lowercase();
        let header =
            |name| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let authorization = header(AUTHORIZATION);
        let origin = header(ORIGIN);
        let is_raw = request.query_string().split('&').any(|pair| pair == "parse_error=false");
        let body = web::Payload::from_request(request, payload).into_inner();
        Box::pin(async move {
            let (Some(call), Ok(body)) = (call, body) else {
                return Err(actix_web::error::ErrorBadRequest(""));
            };
            let realm = authorization.is_some().then_some("oidc");
            let telling = ErrorContext { is_raw, realm };
            let read = match body.to_bytes_limited(MAX_BODY_BYTES).await {
                Ok(Ok(body)) => parse_params(&kind, &body),
                Ok(Err(_)) => Err(ProtocolError::invalid_request("the body can not be read")),
                Err(_) => Err(ProtocolError::invalid_request("the body is larger than 64 KiB")),
            };
            let read =
                read.and_then(|params| Ok((read_credentials(authorization.as_deref(), &params)?, params)));
            match read {
                Ok((presented, params)) => {
                    Ok(Self { call, params, error_context: telling, credentials: presented, origin })
                }
                Err(found) => Err(into_actix_error(fault_response(&telling, &found))),
            }
        })
    }
}

fn into_actix_error(answer: HttpResponse) -> actix_web::Error {
    actix_web::error::InternalError::from_response("refused", answer).into()
}

fn parse_params(kind: &str, body: &[u8]) -> Result<Params, ProtocolError> {
    let params = match kind {
        "application/x-www-form-urlencoded" => Params::parse(body)?,
        "application/json" => params_from_json(body)?,
        _ => {
            return Err(ProtocolError::invalid_request(
                "content-type must be application/x-www-form-urlencoded",
            ));
        }
    };
    if params.has_duplicates() {
        Err(ProtocolError::invalid_request("a parameter is repeated"))
    } else {
        Ok(params)
    }
}

fn params_from_json(body: &[u8]) -> Result<Params, ProtocolError> {
    let malformed = || ProtocolError::invalid_request("the body must be a JSON object of texts");
    let read = strict_json::parse(body).map_err(|unreadable| match unreadable {
        JsonError::Syntax => malformed(),
        JsonError::DuplicateKey(_) => ProtocolError::invalid_request("a parameter is repeated"),
    });
    let Value::Object(fields) = read? else { return Err(malformed()) };
    let text = |(name, value): (String, Value)| value.as_str().map(|text| (name, text.to_owned()));
    Params::new(fields.into_iter().map(text).collect::<Option<_>>().ok_or_else(malformed)?)
}

/// `client_secret_basic` or `client_secret_post` (OpenID Connect Core 9), or a client id alone.
fn read_credentials(
    authorization: Option<&str>,
    params: &Params,
) -> Result<ClientCredentials, ProtocolError> {
    let id = params.one("client_id")?;
    let secret = params.one("client_secret")?;
    let posted = ClientCredentials { id: id.map(str::to_owned), secret: secret.map(Secret::from) };
    let Some(authorization) = authorization else { return Ok(posted) };
    let basic = parse_basic(authorization).ok_or(ProtocolError::invalid_client())?;
    if posted.secret.is_some() || posted.id.is_some() && posted.id != basic.id {
        Err(ProtocolError::invalid_request("the client authenticates in more than one way"))
    } else {
        Ok(basic)
    }
}

/// Both halves are form-encoded before they are joined (RFC 6749 2.3.1). Some clients send an empty secret
/// when they have none.
fn parse_basic(authorization: &str) -> Option<ClientCredentials> {
    let (scheme, encoded) = authorization.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |half: &str| {
        let pair = format!("x={half}");
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    let secret = plain(secret).filter(|secret| !secret.is_empty()).map(Secret::new);
    Some(ClientCredentials { id: plain(id), secret })
}

#[cfg(test)]
mod tests;
