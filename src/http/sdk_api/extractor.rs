//! Extractors for calls of the SDK: the application in the URL, the body, and for some calls the user of the
//! token. An application that may not have its own screens is reported as unknown, and only tokens issued to
//! the SDK are accepted.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::Value;
use validator::Validate;

use crate::http::api::bearer::bearer_token;
use crate::http::api::{ApiError, ApiRequest, ApiResponse, Json};
use crate::http::middleware::request_log::{record_app, record_user};
use crate::http::sdk_api::error::{EndpointKind, error_response};
use rekey_core::apps::client_app::ClientApp;
use rekey_core::captcha::{self, CaptchaResponse, ProtectedAction};
use rekey_core::sdk::{self, AuthenticatedSdkUser};
use rekey_core::types::caller::Caller;
use rekey_core::types::error::{Error, Result};
use rekey_core::types::secret::Secret;
use rekey_core::{Context, Core};

/// The largest body, in bytes: an address, a password and a small profile.
const MAX_BODY_BYTES: usize = 16 * 1024;
/// The longest token that is looked up, in bytes.
const MAX_TOKEN_BYTES: usize = 128;

type ExtractorFuture<T> = Pin<Box<dyn Future<Output = std::result::Result<T, actix_web::Error>>>>;

/// A call of an application.
pub struct SdkRequest {
    /// The call, with the application as its caller.
    pub call: ApiRequest,
    /// The application.
    pub app: ClientApp,
    /// The idempotency key that the application chose.
    pub idempotency_key: Option<String>,
}

impl SdkRequest {
    fn from_http_request(request: &HttpRequest) -> std::result::Result<Self, actix_web::Error> {
        let mut call = ApiRequest::from_http_request(request)
            .ok_or_else(|| actix_web::error::ErrorInternalServerError(""))?;
        let id = request.match_info().get("app_id").unwrap_or_default();
        let Ok(app) = sdk::find_app(&call.app.core, id) else {
            let unknown = ApiError::new(StatusCode::NOT_FOUND, "paywall_not_found");
            return Err(into_actix_error(unknown.into_response(&call)));
        };
        record_app(&app.id);
        call.caller = Caller { app_id: Some(app.id.clone()), is_cookieless: true, ..call.caller };
        let key = request.headers().get("idempotency-key").map(|key| key.to_str().unwrap_or_default());
        match key.map(validate_idempotency_key).transpose() {
            Ok(key) => Ok(Self { call, app, idempotency_key: key }),
            Err(error) => Err(into_actix_error(error.into_response(&call))),
        }
    }

    /// The context that the rules are called with.
    pub fn context(&self) -> Context<'_> {
        self.call.context()
    }

    /// The core.
    pub fn core(&self) -> &Core {
        &self.call.app.core
    }

    /// Requires a captcha, if the settings ask for one.
    pub async fn ensure_human(&self, deed: ProtectedAction, token: Option<&str>) -> Result<()> {
        captcha::check(self.context(), deed, CaptchaResponse::from_token(token)).await
    }

    /// Converts the outcome to a response; `told` says which refusals are special at this endpoint.
    pub fn respond(&self, outcome: Result<Value>, told: EndpointKind) -> ApiResponse {
        outcome.map_or_else(
            |error| error_response(&self.call, &error, told),
            |body| actix_web::HttpResponse::Ok().json(body),
        )
    }
}

impl FromRequest for SdkRequest {
    type Error = actix_web::Error;
    type Future = Ready<std::result::Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::from_http_request(request))
    }
}

/// Limits the length of a key.
fn validate_idempotency_key(key: &str) -> std::result::Result<String, ApiError> {
    let is_fine = (1..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let wanted = "Idempotency-Key: expected 1 to 128 visible ASCII characters";
    is_fine.then(|| key.to_owned()).ok_or_else(|| ApiError::invalid(wanted.to_owned()))
}

/// A call with a body.
pub struct SdkJson<T> {
    /// The call.
    pub request: SdkRequest,
    /// The body.
    pub body: T,
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for SdkJson<T> {
    type Error = actix_web::Error;
    type Future = ExtractorFuture<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let by = SdkRequest::from_http_request(request);
        let body = Json::<T, MAX_BODY_BYTES>::from_request(request, payload);
        Box::pin(async move { Ok(Self { request: by?, body: body.await?.0 }) })
    }
}

/// A call of a signed-in user, or of one who must set a password first.
pub struct SdkUserOrRestrictedRequest {
    /// The call.
    pub request: SdkRequest,
    /// The user and the session.
    pub current: AuthenticatedSdkUser,
}

impl FromRequest for SdkUserOrRestrictedRequest {
    type Error = actix_web::Error;
    type Future = ExtractorFuture<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let held = read_request_and_token(request);
        Box::pin(async move {
            let (by, token) = held?;
            let here = sdk::authenticate_including_restricted(by.context(), &by.app, &token).await;
            let here = here.map_err(|error| refusal(&by, &error))?;
            record_user(&here.authenticated.user.id);
            Ok(Self { request: by, current: here })
        })
    }
}

/// A call of a signed-in user, whose token is not restricted.
pub struct SdkUserRequest {
    /// The call.
    pub request: SdkRequest,
    /// The user and the session.
    pub current: AuthenticatedSdkUser,
}

impl FromRequest for SdkUserRequest {
    type Error = actix_web::Error;
    type Future = ExtractorFuture<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let let_in = SdkUserOrRestrictedRequest::from_request(request, payload);
        Box::pin(async move {
            let SdkUserOrRestrictedRequest { request: by, current: here } = let_in.await?;
            sdk::ensure_unrestricted(&here).map_err(|error| refusal(&by, &error))?;
            Ok(Self { request: by, current: here })
        })
    }
}

/// Reads the call and its token.
fn read_request_and_token(
    request: &HttpRequest,
) -> std::result::Result<(SdkRequest, Secret), actix_web::Error> {
    let by = SdkRequest::from_http_request(request)?;
    let token =
        bearer_token(request).ok().filter(|token| !token.is_empty() && token.len() <= MAX_TOKEN_BYTES);
    match token {
        Some(token) => Ok((by, Secret::from(token))),
        None => {
            let nobody = ApiError::new(StatusCode::UNAUTHORIZED, "invalid_token");
            Err(into_actix_error(nobody.into_response(&by.call)))
        }
    }
}

/// A call with a body, which is read only after authentication: other callers do not learn what is wrong with
/// it.
pub struct SdkUserOrRestrictedJson<T> {
    /// The authenticated call.
    pub user: SdkUserOrRestrictedRequest,
    /// The body.
    pub body: T,
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for SdkUserOrRestrictedJson<T> {
    type Error = actix_web::Error;
    type Future = ExtractorFuture<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let let_in = SdkUserOrRestrictedRequest::from_request(request, payload);
        let body = Json::<T, MAX_BODY_BYTES>::from_request(request, payload);
        Box::pin(async move { Ok(Self { user: let_in.await?, body: body.await?.0 }) })
    }
}

fn refusal(by: &SdkRequest, error: &Error) -> actix_web::Error {
    into_actix_error(error_response(&by.call, error, EndpointKind::Default))
}

fn into_actix_error(answer: ApiResponse) -> actix_web::Error {
    actix_web::error::InternalError::from_response("refused", answer).into()
}
