//! The extractor that authenticates calls to the Management API: a handler that takes it cannot run without
//! an `Authorization: Bearer` header with an API key of the role `root`, or with a token that a
//! machine-to-machine application got for this API. No cookie is read, so another site cannot make a browser
//! call (CSRF).

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};

use crate::http::api::api_request::{bearer_token, unauthorized};
use crate::http::api::error::api_error_response;
use crate::http::api::{ApiError, ApiRequest, ApiResponse, MAX_BODY_BYTES, RequestWithJson};
use crate::http::middleware::into_actix_error;
use crate::http::middleware::request_log::record_app;
use rekey_core::api_keys::api_key::{Role, is_token};
use rekey_core::audit::actor::Actor;
use rekey_core::oidc::token::introspection;
use rekey_core::types::error::oauth_error::{OAuthError, ProtocolError};
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_core::types::secret::Secret;
use rekey_core::{Context, Core, api_keys};

/// The longest signed token that is verified, in bytes.
const MAX_JWT_BYTES: usize = 8 * 1024;

/// An authenticated call.
pub struct ManagementRequest {
    /// The call.
    pub call: ApiRequest,
    /// The id of its API key or application, for the audit log.
    pub actor_id: String,
}

impl ManagementRequest {
    /// The context that the rules are called with.
    pub fn context(&self) -> Context<'_> {
        self.call.context()
    }

    /// The core, for rules that do not need the caller.
    pub fn core(&self) -> &Core {
        &self.call.app.core
    }

    /// The actor that a change is logged under.
    pub fn actor(&self) -> Actor<'_> {
        Actor { caller: &self.call.caller, key: &self.actor_id }
    }
}

impl FromRequest for ManagementRequest {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = ApiRequest::from_http_request(request).map(|call| call.with_api_operation(request));
        let token = read_token(request);
        Box::pin(async move {
            let mut call = call.ok_or_else(|| actix_web::error::ErrorInternalServerError(""))?;
            let token = token.map_err(|error| into_actix_error(error.into_response(&call)))?;
            match authenticate(&call, &token).await {
                Ok(key) => {
                    call.caller.key = Some(key.clone());
                    Ok(Self { call, actor_id: key })
                }
                Err(error) => Err(into_actix_error(error_response(&call, &error))),
            }
        })
    }
}

/// Verifies the token: one of a machine-to-machine application, signed here for this API, or an API key's.
async fn authenticate(call: &ApiRequest, token: &Secret) -> Result<String> {
    // A signed token has three parts separated by dots; an API key has not.
    if token.expose().split('.').count() == 3 {
        let app_id = introspection::authenticate_api_client(call.context(), token).await?;
        record_app(&app_id);
        return Ok(app_id);
    }
    let key = api_keys::by_token(call.context(), token).await?.ok_or(ProtocolError::invalid_token())?;
    if key.roles.contains(&Role::Root) {
        Ok(key.id)
    } else {
        Err(ProtocolError::new(OAuthError::InsufficientScope, "the key lacks the role root").into())
    }
}

fn error_response(call: &ApiRequest, error: &Error) -> ApiResponse {
    let code = |status, code| ApiError::new(status, code).into_response(call);
    match error {
        Error::Refused(Refusal::Protocol(fault)) if fault.error == OAuthError::InsufficientScope => {
            code(StatusCode::FORBIDDEN, "auth.forbidden")
        }
        Error::Refused(Refusal::Protocol(_)) => code(StatusCode::UNAUTHORIZED, "auth.unauthorized"),
        other => api_error_response(call, other),
    }
}

/// An authenticated call with a JSON body.
pub type ManagementJson<T, const LIMIT: usize = MAX_BODY_BYTES> =
    RequestWithJson<ManagementRequest, T, LIMIT>;

fn read_token(request: &HttpRequest) -> std::result::Result<Secret, ApiError> {
    let token = bearer_token(request)?;
    // Text that cannot be a token is not looked up. Signed tokens are longer than keys.
    (is_token(token) || token.len() <= MAX_JWT_BYTES && token.split('.').count() == 3)
        .then(|| Secret::from(token))
        .ok_or(unauthorized("auth.unauthorized"))
}
