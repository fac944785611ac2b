//! One visit to a page: who, in which language, with which journey. It is the first argument of every handler and knows how to
//! answer: show, show again, go on, fail. The surprise: it writes the journey's cookie only when something in it changed.

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_session::SessionExt as _;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LANGUAGE, ContentType, LOCATION, RETRY_AFTER};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use askama::Template;

use crate::app::App;
use crate::app::store_failure;
use crate::faces::common::page::error::{ErrorKind, ErrorView};
use crate::faces::common::page::{AppLink, Page};
use crate::i18n::Words;
use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal};
use crate::model::secret::Secret;

use super::caller;
use super::cookies;
use super::journey::Journey;
use super::request_id::RequestId;

/// The answer of a handler.
pub type Reply = HttpResponse;

/// A visit.
#[derive(Clone)]
pub struct Visit {
    /// The program.
    pub app: web::Data<App>,
    /// The outside of the request.
    pub caller: Caller,
    /// The words of the visitor's language.
    pub words: Words,
    request: HttpRequest,
    journey: Rc<RefCell<Journey>>,
}

impl Visit {
    /// Reads the visit out of a request; it costs no await and no database.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        let app = request.app_data::<web::Data<App>>()?.clone();
        let session = request.get_session();
        let (mut journey, fresh) = Journey::read(&session, app.rekey.now(), app.rekey.chance());
        let asked = query(request, "ui_locales");
        let words = words(&app, request, asked.as_deref(), journey.lang.as_deref());
        let lang =
            asked.map(|_| words.lang().tag().to_owned()).filter(|tag| journey.lang.as_ref() != Some(tag));
        if fresh || lang.is_some() {
            journey.lang = lang.or(journey.lang);
            journey.write(&session);
        }
        let caller = Caller {
            ip: caller::ip(request, &app.site.trusted_proxies),
            user_agent: caller::user_agent(request),
            locale: words.lang().tag().to_owned(),
            app_id: journey.app.clone(),
        };
        Some(Self { app, caller, words, request: request.clone(), journey: Rc::new(RefCell::new(journey)) })
    }

    /// A copy of the journey as it is now.
    pub fn journey(&self) -> Journey {
        self.journey.borrow().clone()
    }

    /// Changes the journey and writes it.
    pub fn remember(&self, change: impl FnOnce(&mut Journey)) {
        let mut journey = self.journey.borrow_mut();
        change(&mut journey);
        journey.write(&self.request.get_session());
    }

    /// What the last step left to be told, once.
    pub fn told(&self) -> Option<super::journey::Told> {
        let told = self.journey.borrow().told?;
        self.remember(|journey| journey.told = None);
        Some(told)
    }

    /// A parameter of the address, once and not longer than a cookie can carry.
    pub fn query(&self, name: &str) -> Option<String> {
        query(&self.request, name)
    }

    /// The token of a signed-in session, if the browser sent one.
    pub fn session_token(&self) -> Option<Secret> {
        self.request
            .cookie(cookies::session_name(&self.app.site))
            .map(|cookie| Secret::new(cookie.value().to_owned()))
    }

    /// The frame of a page.
    pub fn page(&self) -> Page {
        let live = self.app.rekey.live();
        let journey = self.journey.borrow();
        let app = journey.app.as_deref().and_then(|id| live.app(id));
        let brand = live.settings.sign_in_experience.display_name.clone();
        Page {
            words: self.words.clone(),
            csrf: journey.csrf.expose().to_owned(),
            brand: brand.unwrap_or_else(|| crate::PRODUCT.to_owned()),
            app: app.map(|app| AppLink { name: app.name.clone(), start: app.initiate_login_uri.clone() }),
            assets: self.app.assets.clone(),
            dev: self.app.site.dev,
        }
    }

    /// The page, as an answer that went well.
    pub fn show(&self, view: &impl Template) -> Reply {
        self.html(StatusCode::OK, view)
    }

    /// The same page again with what was wrong: 422, or 429 and 503 with the time to wait.
    pub fn again(&self, refusal: &Refusal, view: &impl Template) -> Reply {
        let mut reply = self.html(status(refusal), view);
        wait(&mut reply, refusal.retry_after());
        reply
    }

    /// On to another page: 303, so that the browser forgets the body and the back button is safe (RFC 9700).
    pub fn go(&self, path: &str) -> Reply {
        HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
    }

    /// A page for what is not about a form.
    pub fn error(&self, kind: ErrorKind, seconds: Option<i64>, back: Option<&'static str>) -> Reply {
        let request_id = RequestId::of(&self.request);
        let view = ErrorView { page: self.page(), kind, request_id, wait: seconds, back };
        let mut reply = self.html(error_status(kind), &view);
        wait(&mut reply, seconds);
        reply
    }

    /// What a journey said no to where there is no form to say it at, or what failed. Failures are logged here, once.
    pub fn refuse(&self, error: &Error, back: &'static str) -> Reply {
        match error {
            Error::Refused(Refusal::NotFound) => self.error(ErrorKind::NotFound, None, None),
            Error::Refused(Refusal::Busy { retry_after }) => {
                self.error(ErrorKind::Busy, Some(*retry_after), Some(back))
            }
            Error::Refused(Refusal::BreachCheckDown { retry_after }) => {
                self.error(ErrorKind::Unavailable, Some(*retry_after), Some(back))
            }
            Error::Refused(Refusal::Throttled { retry_after } | Refusal::RecoveryWaits { retry_after }) => {
                self.error(ErrorKind::Throttled, Some(*retry_after), Some(back))
            }
            Error::Refused(_) => self.error(ErrorKind::Stale, None, Some(back)),
            Error::Failed(cause) => {
                tracing::error!(
                    request.id = RequestId::of(&self.request),
                    error = format!("{cause:#}"),
                    "a step failed"
                );
                match store_failure(cause) {
                    true => self.error(ErrorKind::Unavailable, Some(5), Some(back)),
                    false => self.error(ErrorKind::Failed, None, None),
                }
            }
        }
    }

    fn html(&self, status: StatusCode, view: &impl Template) -> Reply {
        match view.render() {
            Ok(body) => HttpResponse::build(status)
                .insert_header(ContentType::html())
                .insert_header((CONTENT_LANGUAGE, self.words.lang().tag()))
                .body(body),
            Err(error) => {
                tracing::error!(%error, "a page can't be rendered");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).ok_or_else(|| actix_web::error::ErrorInternalServerError("")))
    }
}

/// The status of a refused form. Exhaustive in the ones that wait; the rest is 422.
pub fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Throttled { .. } | Refusal::RecoveryWaits { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Busy { .. } | Refusal::BreachCheckDown { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

const fn error_status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::Malformed => StatusCode::BAD_REQUEST,
        ErrorKind::Stale => StatusCode::FORBIDDEN,
        ErrorKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Busy | ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn wait(reply: &mut Reply, seconds: Option<i64>) {
    if let Some(seconds) = seconds {
        reply.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
}

/// A parameter of the address; of several with one name the first counts, a long one is as good as none.
fn query(request: &HttpRequest, name: &str) -> Option<String> {
    let text = request.query_string();
    if !text.contains(name) {
        return None;
    }
    let mut pairs = url::form_urlencoded::parse(text.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).filter(|value| value.len() <= 300)
}

/// The words for a request: what the address asks for, what was kept, what the browser wishes.
pub(super) fn words(app: &App, request: &HttpRequest, asked: Option<&str>, kept: Option<&str>) -> Words {
    let info = app.rekey.live().settings.sign_in_experience.language_info.clone();
    let wish = request
        .headers()
        .get("accept-language")
        .and_then(|value| value.to_str().ok())
        .filter(|_| info.auto_detect);
    Words::new(app.catalog.clone(), app.catalog.pick(asked, kept, wish, &info.fallback_language))
}
