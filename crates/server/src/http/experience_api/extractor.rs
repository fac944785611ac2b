//! The extractor for calls from a browser with a pending request of an application: a handler that takes it
//! cannot run otherwise. Without the encrypted cookie, or with no pending request in it, the body is not
//! read.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};

use crate::http::api::{ApiError, ApiRequest, ApiResponse, RequestWithJson};
use crate::http::experience_api::error::error_response;
use crate::http::experience_api::progress::Progress;
use crate::http::html::flow_state::FlowState;
use crate::http::html::page_request::PageRequest;
use crate::http::middleware::into_actix_error;
use crate::http::routes::urls::Flow;
use rekey_core::captcha::{self, CaptchaResponse};
use rekey_core::types::error::Error;
use rekey_core::{Context, Core};

/// Why a step failed.
pub enum StepError {
    /// An error of this API.
    Api(Box<ApiError>),
    /// A refusal or failure of the core.
    Core(Error),
}

impl From<ApiError> for StepError {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

impl From<Error> for StepError {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

/// A call from such a browser.
pub struct ExperienceRequest {
    /// The call.
    pub call: ApiRequest,
    /// The page request.
    pub page: PageRequest,
}

impl ExperienceRequest {
    /// The context that the rules are called with.
    pub fn context(&self) -> Context<'_> {
        self.page.context()
    }

    /// The core.
    pub fn core(&self) -> &Core {
        &self.call.app.core
    }

    /// The flow state of this browser.
    pub fn flow_state(&self) -> FlowState {
        self.page.flow_state()
    }

    /// The active flow; 404 `session.interaction_not_found` if there is none.
    pub fn active_flow(&self) -> Result<Flow, StepError> {
        let none = ApiError::new(StatusCode::NOT_FOUND, "session.interaction_not_found");
        Ok(self.flow_state().active_flow().ok_or(none)?)
    }

    /// Requires the captcha that was passed when the interaction began, if the settings ask for one.
    pub async fn ensure_human(&self, flow: Flow) -> Result<(), StepError> {
        let flow_state = self.flow_state();
        let shown = flow_state.human.as_ref().map_or(CaptchaResponse::Missing, CaptchaResponse::Pass);
        Ok(captcha::check(self.context(), flow.captcha_action(), shown).await?)
    }

    /// Converts the outcome to a response.
    pub fn respond(&self, outcome: Result<ApiResponse, StepError>) -> ApiResponse {
        match outcome {
            Ok(answer) => answer,
            Err(StepError::Core(answer)) => error_response(&self.call, &answer),
            Err(StepError::Api(answer)) => answer.into_response(&self.call),
        }
    }

    /// The same for a step that needs earlier ones: the error names the missing one.
    pub async fn respond_with_next(&self, outcome: Result<ApiResponse, StepError>) -> ApiResponse {
        match outcome {
            Err(StepError::Api(error)) => match Progress::load(self).await {
                Ok(progress) => error.with_data(progress.to_error_data()).into_response(&self.call),
                Err(_) => error.into_response(&self.call),
            },
            other => self.respond(other),
        }
    }

    fn from_http_request(request: &HttpRequest) -> Result<Self, actix_web::Error> {
        let call = ApiRequest::extract(request).into_inner()?;
        let page = PageRequest::extract(request).into_inner()?;
        if page.flow_state().current_pending().is_none() {
            let error = ApiError::new(StatusCode::BAD_REQUEST, "session.not_found");
            return Err(into_actix_error(error.into_response(&call)));
        }
        Ok(Self { call, page })
    }
}

impl FromRequest for ExperienceRequest {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::from_http_request(request))
    }
}

/// A call with a JSON body, which is read only once the pending request is known.
pub type ExperienceJson<T> = RequestWithJson<ExperienceRequest, T>;

impl<T> ExperienceJson<T> {
    /// Runs this step with the body and converts its outcome to a response.
    pub async fn run(
        &self,
        step: impl AsyncFnOnce(&ExperienceRequest, &T) -> Result<ApiResponse, StepError>,
    ) -> ApiResponse {
        self.request.respond(step(&self.request, &self.body).await)
    }

    /// The same for a step that needs earlier ones: the error names the missing one.
    pub async fn run_with_next(
        &self,
        step: impl AsyncFnOnce(&ExperienceRequest, &T) -> Result<ApiResponse, StepError>,
    ) -> ApiResponse {
        self.request.respond_with_next(step(&self.request, &self.body).await).await
    }
}
