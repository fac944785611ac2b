//! A machine that may manage this installation: the argument is the check. It proves itself with `Authorization: Bearer` and an API
//! key of the role `root`, or a token that a machine-to-machine application got for this API. No cookie counts here, so no other
//! site can make a browser call.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::domain::api_keys;
use crate::domain::apps::Author;
use crate::domain::oidc::tokens;
use crate::faces::common::api::answer::refuse;
use crate::faces::common::api::bearer::{bearer, unauthorized};
use crate::faces::common::api::{Answer, ApiError, Call, Json, LARGEST};
use crate::model::api_key::{Role, is_token};
use crate::model::error::{Error, Refusal, Result};
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::secret::Secret;

/// The longest signed token that is looked at, in bytes.
const LONGEST_SIGNED: usize = 8 * 1024;

/// A call by such a machine.
pub struct Machine {
    /// The call.
    pub call: Call,
    /// The id of its key or application, for the audit log.
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
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = Call::of(request).map(|call| call.as_api(request));
        let token = token(request);
        Box::pin(async move {
            let mut call = call.ok_or_else(|| actix_web::error::ErrorInternalServerError(""))?;
            let token = token.map_err(|error| answered(error.answer(&call)))?;
            match known(&call, &token).await {
                Ok(key) => {
                    call.caller.key = Some(key.clone());
                    Ok(Self { call, key })
                }
                Err(error) => Err(answered(said(&call, &error))),
            }
        })
    }
}

/// Whose token it is: a machine-to-machine application's, signed here for this API, or an API key's.
async fn known(call: &Call, token: &Secret) -> Result<String> {
    // Three parts with dots between are signed; a key has other forms.
    if token.expose().split('.').count() == 3 {
        return tokens::machine(&call.app.rekey, &call.caller, token).await;
    }
    let key = api_keys::by_token(&call.app.rekey, &call.caller, token).await?.ok_or(Fault::token())?;
    match key.roles.contains(&Role::Root) {
        true => Ok(key.id),
        false => Err(Fault::new(OAuthError::InsufficientScope, "the key lacks the role root").into()),
    }
}

fn said(call: &Call, error: &Error) -> Answer {
    let code = |status, code| ApiError::new(status, code).answer(call);
    match error {
        Error::Refused(Refusal::Protocol(fault)) if fault.error == OAuthError::InsufficientScope => {
            code(StatusCode::FORBIDDEN, "auth.forbidden")
        }
        Error::Refused(Refusal::Protocol(_)) => code(StatusCode::UNAUTHORIZED, "auth.unauthorized"),
        other => refuse(call, other),
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
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let machine = Machine::from_request(request, payload);
        let body = Json::<T, LIMIT>::from_request(request, payload);
        Box::pin(async move { Ok(Self { machine: machine.await?, body: body.await?.0 }) })
    }
}

fn token(request: &HttpRequest) -> std::result::Result<Secret, ApiError> {
    let token = bearer(request)?;
    // What can't be a token is not looked up. Signed ones are longer than keys.
    (is_token(token) || token.len() <= LONGEST_SIGNED && token.split('.').count() == 3)
        .then(|| Secret::from(token))
        .ok_or(unauthorized("auth.unauthorized"))
}

fn answered(answer: Answer) -> actix_web::Error {
    actix_web::error::InternalError::from_response("refused", answer).into()
}
