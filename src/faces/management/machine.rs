//! A machine that may manage this installation: the argument is the check. It proves itself with `Authorization: Bearer` and an API
//! key of the role `root`. No cookie counts here, so no other site can make a browser call.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::domain::api_keys;
use crate::domain::apps::Author;
use crate::faces::common::api::answer::refuse;
use crate::faces::common::api::{Answer, ApiError, Call, Json, LARGEST};
use crate::model::api_key::{Role, is_token};
use crate::model::error::Result;
use crate::model::secret::Secret;

/// A call by such a machine.
pub struct Machine {
    /// The call.
    pub call: Call,
    /// The id of its key, for the audit log.
    pub key: String,
}

impl Machine {
    /// Whoever a change is written down under.
    pub fn author(&self) -> Author<'_> {
        Author { caller: &self.call.caller, key: &self.key }
    }

    /// Puts what was just changed in force here and gives the answer; other instances notice by themselves.
    pub async fn in_force(&self, answer: Answer) -> Result<Answer> {
        self.call.app.refresh().await?;
        Ok(answer)
    }

    /// The answer, or why there is none.
    pub fn answer(&self, outcome: Result<Answer>) -> Answer {
        outcome.unwrap_or_else(|error| refuse(&self.call, &error))
    }

    /// 404 that names the id that nobody has.
    pub fn nothing_has(&self, id: &str) -> Answer {
        let error = ApiError::new(StatusCode::NOT_FOUND, "entity.not_exists_with_id");
        error.with_data(json!({ "id": id })).answer(&self.call)
    }
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

/// What a machine sends along, read only once it has proved itself: actix reads the arguments of a handler side by side, and a stranger
/// would be told what is wrong with the body.
pub struct Given<T, const LIMIT: usize = LARGEST> {
    /// Who sends it.
    pub machine: Machine,
    /// What.
    pub body: T,
}

impl<T: DeserializeOwned + 'static, const LIMIT: usize> FromRequest for Given<T, LIMIT> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let machine = Machine::from_request(request, payload);
        let body = Json::<T, LIMIT>::from_request(request, payload);
        Box::pin(async move { Ok(Self { machine: machine.await?, body: body.await?.0 }) })
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
