//! A call from the browser of a person on their way with an app: the argument is the check. Without the sealed cookie, or when no app waits
//! in it, nothing is read of the call.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::answer::refused;
use super::progress::Progress;
use crate::domain::Rekey;
use crate::domain::captcha::{self, Shown};
use crate::faces::common::api::{Answer, ApiError, Call, Json};
use crate::faces::common::journey::Journey;
use crate::faces::common::urls::Flow;
use crate::faces::common::visit::Visit;
use crate::model::caller::Caller;
use crate::model::error::Error;

/// Why a step was not taken: in the words of this face, or of the rules.
pub enum Stop {
    /// This face says so.
    Told(Box<ApiError>),
    /// The rules say so.
    Ruled(Error),
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        Self::Told(Box::new(error))
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Ruled(error)
    }
}

/// A call of such a browser.
pub struct Screen {
    /// The call.
    pub call: Call,
    /// The browser.
    pub visit: Visit,
}

impl Screen {
    /// The rules.
    pub fn rekey(&self) -> &Rekey {
        &self.call.app.rekey
    }

    /// The outside of the call.
    pub const fn caller(&self) -> &Caller {
        &self.visit.caller
    }

    /// What this browser carries.
    pub fn journey(&self) -> Journey {
        self.visit.journey()
    }

    /// What is under way; 404 `session.interaction_not_found` when nothing is.
    pub fn flow(&self) -> Result<Flow, Stop> {
        let none = ApiError::new(StatusCode::NOT_FOUND, "session.interaction_not_found");
        Ok(self.journey().under_way().ok_or(none)?)
    }

    /// Refuses a machine, where the settings ask: by what was shown when the interaction began.
    pub async fn is_human(&self, flow: Flow) -> Result<(), Stop> {
        let journey = self.journey();
        let shown = journey.human.as_ref().map_or(Shown::Nothing, Shown::Proved);
        Ok(captcha::check(self.rekey(), self.caller(), flow.deed(), shown).await?)
    }

    /// The answer, or why there is none.
    pub fn answer(&self, outcome: Result<Answer, Stop>) -> Answer {
        match outcome {
            Ok(answer) => answer,
            Err(Stop::Ruled(error)) => refused(&self.call, &error),
            Err(Stop::Told(error)) => error.answer(&self.call),
        }
    }

    /// The same for a step that needs others before it: the refusal says which.
    pub async fn step(&self, outcome: Result<Answer, Stop>) -> Answer {
        match outcome {
            Err(Stop::Told(error)) => match Progress::of(self).await {
                Ok(progress) => error.with_data(progress.told()).answer(&self.call),
                Err(_) => error.answer(&self.call),
            },
            other => self.answer(other),
        }
    }

    fn read(request: &HttpRequest) -> Result<Self, actix_web::Error> {
        let gone = || actix_web::error::ErrorInternalServerError("");
        let call = Call::of(request).ok_or_else(gone)?;
        let visit = Visit::of(request).ok_or_else(gone)?;
        if visit.journey().interaction().is_none() {
            let error = ApiError::new(StatusCode::BAD_REQUEST, "session.not_found");
            let answer = error.answer(&call);
            return Err(actix_web::error::InternalError::from_response("refused", answer).into());
        }
        Ok(Self { call, visit })
    }
}

impl FromRequest for Screen {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

/// What such a browser sends, read only once it is known that an app waits: a stranger is not told what is wrong with the body.
pub struct Sent<T> {
    /// Who sends it.
    pub screen: Screen,
    /// What.
    pub body: T,
}

impl<T: DeserializeOwned + 'static> FromRequest for Sent<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let screen = Screen::read(request);
        let body = Json::<T>::from_request(request, payload);
        Box::pin(async move { Ok(Self { screen: screen?, body: body.await?.0 }) })
    }
}
