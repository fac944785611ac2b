//! Extractors for calls of the SDK: the application in the URL, the body, and for some calls the user of the
//! token. An application that may not have its own screens is reported as unknown, and only tokens issued to
//! the SDK are accepted.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde_json::Value;

use crate::http::api::api_request::{bearer_token, unauthorized};
use crate::http::api::error::not_found;
use crate::http::api::{ApiRequest, ApiResponse, RequestWithJson};
use crate::http::middleware::into_actix_error;
use crate::http::middleware::request_log::{record_app, record_user};
use crate::http::sdk_api::error::{EndpointKind, error_response};
use crate::http::sdk_api::idempotency::read_idempotency_key;
use crate::http::sdk_api::schema::parse_email;
use rekey_core::Context;
use rekey_core::apps::client_app::ClientApp;
use rekey_core::captcha::{self, CaptchaResponse, ProtectedAction};
use rekey_core::sdk::{self, AuthenticatedSdkUser};
use rekey_core::types::caller::Caller;
use rekey_core::types::error::{Error, Result};
use rekey_core::types::identifier::Identifier;
use rekey_core::types::secret::Secret;

/// The largest body, in bytes: an address, a password and a small profile.
const MAX_BODY_BYTES: usize = 16 * 1024;
/// The longest token that is looked up, in bytes.
const MAX_TOKEN_BYTES: usize = 128;

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
        let mut call = ApiRequest::extract(request).into_inner()?;
        let id = request.match_info().get("app_id").unwrap_or_default();
        let Ok(app) = sdk::find_app(&call.app.core, id) else {
            let unknown = not_found("paywall_not_found");
            return Err(into_actix_error(unknown.into_response(&call)));
        };
        record_app(&app.id);
        call.caller = Caller { app_id: Some(app.id.clone()), is_cookieless: true, ..call.caller };
        let key = read_idempotency_key(request);
        let idempotency_key = key.map_err(|error| into_actix_error(error.into_response(&call)))?;
        Ok(Self { call, app, idempotency_key })
    }

    /// The context that the rules are called with.
    pub fn context(&self) -> Context<'_> {
        self.call.context()
    }

    /// Reads the email address of an action that needs a captcha, if the settings ask for one.
    pub async fn read_email(
        &self,
        text: &str,
        action: ProtectedAction,
        token: Option<&str>,
    ) -> Result<Identifier> {
        let email = parse_email(text)?;
        captcha::check(self.context(), action, CaptchaResponse::from_token(token)).await?;
        Ok(email)
    }

    /// Converts the outcome to a response; `endpoint` says which refusals are special.
    pub fn respond(&self, outcome: Result<Value>, endpoint: EndpointKind) -> ApiResponse {
        outcome.map_or_else(
            |error| error_response(&self.call, &error, endpoint),
            |body| HttpResponse::Ok().json(body),
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

/// A call of a signed-in user, or of one who must set a password first.
pub struct SdkUserOrRestrictedRequest {
    /// The call.
    pub request: SdkRequest,
    /// The user and the session.
    pub current: AuthenticatedSdkUser,
}

impl FromRequest for SdkUserOrRestrictedRequest {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let by = SdkRequest::from_http_request(request);
        let token = bearer_token(request).ok().map(Secret::from);
        Box::pin(async move {
            let by = by?;
            let Some(token) = token.filter(|token| (1..=MAX_TOKEN_BYTES).contains(&token.expose().len()))
            else {
                let nobody = unauthorized("invalid_token");
                return Err(into_actix_error(nobody.into_response(&by.call)));
            };
            let current = sdk::authenticate_including_restricted(by.context(), &by.app, &token).await;
            let current = current.map_err(|error| refuse(&by, &error))?;
            record_user(&current.authenticated.user.id);
            Ok(Self { request: by, current })
        })
    }
}

/// A call of a signed-in user, whose token is not restricted.
pub struct SdkUserRequest(pub SdkUserOrRestrictedRequest);

impl FromRequest for SdkUserRequest {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let user = SdkUserOrRestrictedRequest::from_request(request, payload);
        Box::pin(async move {
            let by = user.await?;
            sdk::ensure_unrestricted(&by.current).map_err(|error| refuse(&by.request, &error))?;
            Ok(Self(by))
        })
    }
}

/// A call with a body.
pub type SdkJson<T> = RequestWithJson<SdkRequest, T, MAX_BODY_BYTES>;

/// A call of a user, who may have to set a password first, with a body.
pub type SdkUserOrRestrictedJson<T> = RequestWithJson<SdkUserOrRestrictedRequest, T, MAX_BODY_BYTES>;

fn refuse(by: &SdkRequest, error: &Error) -> actix_web::Error {
    into_actix_error(error_response(&by.call, error, EndpointKind::Default))
}
