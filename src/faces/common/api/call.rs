//! One call of a JSON face: the program, the outside of the request, the words of its language. It proves nothing about the caller:
//! that is what the extractors of the faces are for, which contain it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, web};

use crate::app::App;
use crate::faces::common::request_id::RequestId;
use crate::faces::common::visit::words;
use crate::i18n::Words;
use crate::model::caller::{ApiCall, Caller};

/// A call.
#[derive(Clone)]
pub struct Call {
    /// The program.
    pub app: web::Data<App>,
    /// The outside of the request.
    pub caller: Caller,
    /// The words of the caller's language.
    pub words: Words,
    /// The name of the request, for the log.
    pub request_id: String,
}

impl Call {
    /// Reads the call out of a request; it costs no await and no database.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        let app = request.app_data::<web::Data<App>>()?.clone();
        let words = words(&app, request, None, None);
        let caller = app.site.forwarding.caller(request, words.lang().tag());
        Some(Self { app, caller, words, request_id: RequestId::of(request) })
    }
}

impl Call {
    /// The same, remembering which call of the Management API it is.
    pub fn as_api(mut self, request: &HttpRequest) -> Self {
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

impl FromRequest for Call {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).ok_or_else(|| actix_web::error::ErrorInternalServerError("")))
    }
}
