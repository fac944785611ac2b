//! The extractor that authenticates calls to the Account API: a handler that takes it cannot run without a
//! valid token. Applications send the opaque access token of their user; signed tokens are for the operator's
//! APIs and are rejected unread. No cookie is read, so another site cannot make a browser call (CSRF).

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::http::account_api::error::error_response;
use crate::http::api::api_request::{bearer_token, unauthorized};
use crate::http::api::{ApiError, ApiRequest, ApiResponse, RequestWithJson};
use crate::http::middleware::into_actix_error;
use crate::http::middleware::request_log::record_user;
use rekey_core::account::{self, Principal};
use rekey_core::types::error::Result;
use rekey_core::types::secret::Secret;
use rekey_core::{Context, Core};

/// The header with the id of a verification record.
const VERIFICATION_ID_HEADER: &str = "logto-verification-id";
/// The longest token or id that is looked up, in bytes.
const MAX_TOKEN_BYTES: usize = 128;

/// An authenticated call.
pub struct AccountRequest {
    /// The call.
    pub call: ApiRequest,
    /// The user.
    pub principal: Principal,
    verification_id: Option<String>,
}

impl AccountRequest {
    /// The context that the rules are called with.
    pub fn context(&self) -> Context<'_> {
        self.call.context()
    }

    /// The core.
    pub fn core(&self) -> &Core {
        &self.call.app.core
    }

    /// The verification record id in the header.
    pub fn verification_id(&self) -> Option<&str> {
        self.verification_id.as_deref()
    }

    /// Converts the outcome to a response.
    pub fn respond(&self, outcome: Result<ApiResponse>) -> ApiResponse {
        outcome.unwrap_or_else(|error| error_response(&self.call, &error))
    }

    /// The same for an outcome without a body.
    pub fn respond_empty(&self, outcome: Result<()>) -> ApiResponse {
        self.respond(outcome.map(|()| HttpResponse::NoContent().finish()))
    }
}

impl FromRequest for AccountRequest {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = ApiRequest::extract(request).into_inner();
        let token = read_token(request);
        let proof = request.headers().get(VERIFICATION_ID_HEADER).and_then(|id| id.to_str().ok());
        let proof = proof.filter(|id| id.len() <= MAX_TOKEN_BYTES).map(str::to_owned);
        Box::pin(async move {
            let call = call?;
            let token = token.map_err(|error| into_actix_error(error.into_response(&call)))?;
            match account::authenticate_bearer(call.context(), &token).await {
                Ok(principal) => {
                    record_user(&principal.user.id);
                    Ok(Self { call, principal, verification_id: proof })
                }
                Err(error) => Err(into_actix_error(error_response(&call, &error))),
            }
        })
    }
}

fn read_token(request: &HttpRequest) -> std::result::Result<Secret, ApiError> {
    let token = bearer_token(request)?;
    let may_be_ours = !token.is_empty()
        && token.len() <= MAX_TOKEN_BYTES
        && token.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.');
    may_be_ours.then(|| Secret::from(token)).ok_or(unauthorized("auth.unauthorized"))
}

/// An authenticated call with a JSON body.
pub type AccountJson<T> = RequestWithJson<AccountRequest, T>;
