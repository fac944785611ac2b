//! One call of a JSON face: the program, the outside of the request, the words of its language. It proves nothing about the caller:
//! that is what the extractors of the faces are for, which contain it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::app::App;
use crate::faces::common::caller;
use crate::faces::common::request_id::RequestId;
use crate::faces::common::visit::words;
use crate::i18n::Words;
use crate::model::caller::Caller;

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
        let caller = Caller {
            ip: caller::ip(request, &app.site.trusted_proxies),
            user_agent: caller::user_agent(request),
            locale: words.lang().tag().to_owned(),
            app_id: None,
        };
        Some(Self { app, caller, words, request_id: RequestId::of(request) })
    }
}

impl FromRequest for Call {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).ok_or_else(|| actix_web::error::ErrorInternalServerError("")))
    }
}
