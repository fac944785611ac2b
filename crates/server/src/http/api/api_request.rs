//! A call to a JSON API: the application state, the client and the translations. It does not authenticate the
//! caller; the extractors of each API do, which contain it and validate the bearer token that is read here.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::http::{Method, StatusCode};
use actix_web::{FromRequest, HttpRequest, web};

use crate::app::AppState;
use crate::http::api::ApiError;
use crate::http::middleware::choose_translations;
use rekey_adapters::i18n::Translations;
use rekey_core::Context;
use rekey_core::types::caller::{ApiCall, Caller};

/// A call.
#[derive(Clone)]
pub struct ApiRequest {
    /// The application state.
    pub app: web::Data<AppState>,
    /// The client that the request came from.
    pub caller: Caller,
    /// The translations for the caller's language.
    pub translations: Translations,
}

impl ApiRequest {
    /// Reads the call from a request, without awaiting and without the database.
    pub fn from_http_request(request: &HttpRequest) -> Option<Self> {
        let app = request.app_data::<web::Data<AppState>>()?.clone();
        let translations = choose_translations(&app, request, None, None);
        let caller = app.site.forwarding.caller(request, translations.lang().tag());
        Some(Self { app, caller, translations })
    }

    /// The context that the rules are called with.
    pub fn context(&self) -> Context<'_> {
        Context::new(&self.app.core, &self.caller)
    }

    /// Also records which operation of the Management API it is.
    pub fn with_api_operation(mut self, request: &HttpRequest) -> Self {
        let info = request.match_info();
        self.caller.api = Some(Box::new(ApiCall {
            path: request.path().to_owned(),
            method: request.method().to_string(),
            status: if request.method() == Method::DELETE { 204 } else { 200 },
            params: info.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            matched_route: request.match_pattern(),
        }));
        self
    }
}

impl FromRequest for ApiRequest {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::from_http_request(request).ok_or_else(|| actix_web::error::ErrorInternalServerError("")))
    }
}

/// The token after `Bearer` in the header, or an error that says what is wrong with the header.
pub fn bearer_token(request: &HttpRequest) -> Result<&str, ApiError> {
    let header = request.headers().get(AUTHORIZATION);
    let header = header.ok_or(unauthorized("auth.authorization_header_missing"))?;
    let text = header.to_str().map_err(|_| unauthorized("auth.unauthorized"))?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(unauthorized("auth.authorization_token_type_not_supported")),
    }
}

/// 401 with this code.
pub const fn unauthorized(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, code)
}
