//! A person whose app calls: the argument is the check. The app proves itself with the opaque access token that it got for them. Signed
//! tokens are for the operator's APIs and are refused unread. No cookie counts here, so no other site can make a browser call.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::error::error_response;
use crate::domain::Core;
use crate::domain::account::{self, Principal};
use crate::http::common::api::bearer::{bearer_token, unauthorized};
use crate::http::common::api::{ApiError, ApiRequest, ApiResponse, Json};
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::secret::Secret;

/// Names the record of a fresh proof.
const VERIFICATION_ID_HEADER: &str = "logto-verification-id";
/// The longest token or id that is looked up, in bytes.
const MAX_TOKEN_BYTES: usize = 128;

/// A call on behalf of such a person.
pub struct AccountRequest {
    /// The call.
    pub call: ApiRequest,
    /// The person.
    pub principal: Principal,
    verification_id: Option<String>,
}

impl AccountRequest {
    /// The rules.
    pub fn core(&self) -> &Core {
        &self.call.app.rekey
    }

    /// The outside of the call.
    pub const fn caller(&self) -> &Caller {
        &self.call.caller
    }

    /// The record of a fresh proof, as it was named.
    pub fn verification_id(&self) -> Option<&str> {
        self.verification_id.as_deref()
    }

    /// The answer, or why there is none.
    pub fn respond(&self, outcome: Result<ApiResponse>) -> ApiResponse {
        outcome.unwrap_or_else(|error| error_response(&self.call, &error))
    }
}

impl FromRequest for AccountRequest {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = ApiRequest::from_http_request(request);
        let token = read_token(request);
        let proof = request.headers().get(VERIFICATION_ID_HEADER).and_then(|id| id.to_str().ok());
        let proof = proof.filter(|id| id.len() <= MAX_TOKEN_BYTES).map(str::to_owned);
        Box::pin(async move {
            let call = call.ok_or_else(|| actix_web::error::ErrorInternalServerError(""))?;
            let token = token.map_err(|error| into_actix_error(error.into_response(&call)))?;
            match account::authenticate_bearer(&call.app.rekey, &call.caller, &token).await {
                Ok(who) => Ok(Self { call, principal: who, verification_id: proof }),
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

/// What a person's app sends along, read only once the person is known: actix reads the arguments of a handler side by side, and a
/// stranger would be told what is wrong with the body.
pub struct AccountJson<T> {
    /// Who sends it.
    pub request: AccountRequest,
    /// What.
    pub body: T,
}

impl<T: DeserializeOwned + 'static> FromRequest for AccountJson<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let person = AccountRequest::from_request(request, payload);
        let body = Json::<T>::from_request(request, payload);
        Box::pin(async move { Ok(Self { request: person.await?, body: body.await?.0 }) })
    }
}

fn into_actix_error(answer: ApiResponse) -> actix_web::Error {
    actix_web::error::InternalError::from_response("refused", answer).into()
}
