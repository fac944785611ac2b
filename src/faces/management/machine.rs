//! A machine that may manage this installation: the argument is the check. It proves itself with `Authorization: Bearer` and an API
//! key of the role `root`. No cookie counts here, so no other site can make a browser call.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};

use crate::domain::api_keys;
use crate::faces::common::api::answer::refuse;
use crate::faces::common::api::{Answer, ApiError, Call};
use crate::model::api_key::{Role, is_token};
use crate::model::secret::Secret;

/// A call by such a machine.
pub struct Machine {
    /// The call.
    pub call: Call,
    /// The id of its key, for the audit log.
    pub key: String,
}

impl FromRequest for Machine {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = Call::of(request);
        let token = token(request);
        Box::pin(async move {
            let call = call.ok_or_else(|| actix_web::error::ErrorInternalServerError(""))?;
            let token = token.map_err(|error| answered(error.answer(&call)))?;
            let key = api_keys::by_token(&call.app.rekey, &call.caller, &token).await;
            match key.map_err(|error| answered(refuse(&call, &error)))? {
                Some(key) if key.roles.contains(&Role::Root) => Ok(Self { call, key: key.id }),
                Some(_) => {
                    Err(answered(ApiError::new(StatusCode::FORBIDDEN, "auth.forbidden").answer(&call)))
                }
                None => Err(answered(unauthorized("auth.unauthorized").answer(&call))),
            }
        })
    }
}

const fn unauthorized(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, code)
}

fn token(request: &HttpRequest) -> Result<Secret, ApiError> {
    let header = request.headers().get(AUTHORIZATION);
    let header = header.ok_or(unauthorized("auth.authorization_header_missing"))?;
    let text = header.to_str().map_err(|_| unauthorized("auth.unauthorized"))?;
    let token = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => return Err(unauthorized("auth.authorization_token_type_not_supported")),
    };
    // What can't be a token is not looked up.
    is_token(token).then(|| Secret::from(token)).ok_or(unauthorized("auth.unauthorized"))
}

fn answered(answer: Answer) -> actix_web::Error {
    actix_web::error::InternalError::from_response("refused", answer).into()
}
