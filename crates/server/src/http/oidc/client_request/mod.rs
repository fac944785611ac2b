//! A request by an application with its own credentials, as a form or as JSON. The extractor verifies
//! nothing; `authenticate_client` does. Secrets in both the header and the body are refused, because one
//! layer could use the first and another the second.

mod parse;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, ORIGIN};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};

use crate::http::api::ApiRequest;
use crate::http::middleware::into_actix_error;
use crate::http::middleware::request_log::record_app;
use crate::http::oidc::client_request::parse::{parse_params, read_credentials};
use crate::http::oidc::error::{ErrorContext, error_response, fault_response};
use rekey_core::apps::client_app::ClientApp;
use rekey_core::oidc::params::Params;
use rekey_core::oidc::{ClientCredentials, authenticate_client};
use rekey_core::types::error::oauth_error::ProtocolError;
use rekey_core::types::error::{Error, Result};

/// The largest body, in bytes.
pub(super) const MAX_BODY_BYTES: usize = 64 * 1024;

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
    pub async fn authenticate_client(&self) -> Result<ClientApp> {
        let app = authenticate_client(self.call.context(), &self.credentials).await?;
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
