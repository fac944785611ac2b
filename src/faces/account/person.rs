//! A person whose app calls: the argument is the check. The app proves itself with the opaque access token that it got for them. Signed
//! tokens are for the operator's APIs and are refused unread. No cookie counts here, so no other site can make a browser call.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::answer::refused;
use crate::domain::Rekey;
use crate::domain::account::{self, Who};
use crate::faces::common::api::bearer::{bearer, unauthorized};
use crate::faces::common::api::{Answer, ApiError, Call, Json};
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::secret::Secret;

/// Names the record of a fresh proof.
const PROOF: &str = "logto-verification-id";
/// The longest token or id that is looked up, in bytes.
const LONGEST: usize = 128;

/// A call on behalf of such a person.
pub struct Person {
    /// The call.
    pub call: Call,
    /// The person.
    pub who: Who,
    proof: Option<String>,
}

impl Person {
    /// The rules.
    pub fn rekey(&self) -> &Rekey {
        &self.call.app.rekey
    }

    /// The outside of the call.
    pub const fn caller(&self) -> &Caller {
        &self.call.caller
    }

    /// The record of a fresh proof, as it was named.
    pub fn proof(&self) -> Option<&str> {
        self.proof.as_deref()
    }

    /// The answer, or why there is none.
    pub fn answer(&self, outcome: Result<Answer>) -> Answer {
        outcome.unwrap_or_else(|error| refused(&self.call, &error))
    }
}

impl FromRequest for Person {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = Call::of(request);
        let token = token(request);
        let proof = request.headers().get(PROOF).and_then(|id| id.to_str().ok());
        let proof = proof.filter(|id| id.len() <= LONGEST).map(str::to_owned);
        Box::pin(async move {
            let call = call.ok_or_else(|| actix_web::error::ErrorInternalServerError(""))?;
            let token = token.map_err(|error| answered(error.answer(&call)))?;
            match account::bearer(&call.app.rekey, &call.caller, &token).await {
                Ok(who) => Ok(Self { call, who, proof }),
                Err(error) => Err(answered(refused(&call, &error))),
            }
        })
    }
}

fn token(request: &HttpRequest) -> std::result::Result<Secret, ApiError> {
    let token = bearer(request)?;
    let may_be_ours = !token.is_empty()
        && token.len() <= LONGEST
        && token.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.');
    may_be_ours.then(|| Secret::from(token)).ok_or(unauthorized("auth.unauthorized"))
}

/// What a person's app sends along, read only once the person is known: actix reads the arguments of a handler side by side, and a
/// stranger would be told what is wrong with the body.
pub struct Given<T> {
    /// Who sends it.
    pub person: Person,
    /// What.
    pub body: T,
}

impl<T: DeserializeOwned + 'static> FromRequest for Given<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let person = Person::from_request(request, payload);
        let body = Json::<T>::from_request(request, payload);
        Box::pin(async move { Ok(Self { person: person.await?, body: body.await?.0 }) })
    }
}

fn answered(answer: Answer) -> actix_web::Error {
    actix_web::error::InternalError::from_response("refused", answer).into()
}
