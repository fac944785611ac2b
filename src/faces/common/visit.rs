//! One visit to a page: who, in which language, with which journey. It is the first argument of every handler and knows how to
//! answer: show, show again, go on, fail. The surprise: it writes the journey's cookie only when something in it changed.

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_session::SessionExt as _;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, ContentType, HeaderValue, LOCATION, RETRY_AFTER,
};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};
use askama::Template;

use crate::app::App;
use crate::app::store_failure;
use crate::domain::oidc;
use crate::domain::sessions::{self, Present};
use crate::faces::common::page::error::{ErrorKind, ErrorView};
use crate::faces::common::page::{AppLink, Page};
use crate::i18n::Words;
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal};
use crate::model::oidc::fault::Fault;
use crate::model::secret::Secret;

use super::journey::Journey;
use super::request_id::RequestId;
use super::urls::{self, After};
use super::{caller, cookies, policy};

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
    journey: SharedJourney,
}

type SharedJourney = Rc<RefCell<Journey>>;

impl Visit {
    /// Reads the visit out of a request; it costs no await and no database.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        let app = request.app_data::<web::Data<App>>()?.clone();
        let session = request.get_session();
        if let Some(known) = request.extensions().get::<SharedJourney>().cloned() {
            let kept = known.borrow().lang.clone();
            let words = words(&app, request, query(request, "ui_locales").as_deref(), kept.as_deref());
            return Some(Self::on(request, app, (words, known)));
        }
        let (mut journey, fresh) = Journey::read(&session, app.rekey.now(), app.rekey.chance());
        let asked = query(request, "ui_locales");
        let words = words(&app, request, asked.as_deref(), journey.lang.as_deref());
        let lang =
            asked.map(|_| words.lang().tag().to_owned()).filter(|tag| journey.lang.as_ref() != Some(tag));
        if fresh || lang.is_some() {
            journey.lang = lang.or(journey.lang);
            journey.write(&session);
        }
        let shared: SharedJourney = Rc::new(RefCell::new(journey));
        request.extensions_mut().insert(Rc::clone(&shared));
        Some(Self::on(request, app, (words, shared)))
    }

    /// A request's extractors all see the one journey, so that what the form changes the handler knows.
    fn on(request: &HttpRequest, app: web::Data<App>, (words, journey): (Words, SharedJourney)) -> Self {
        let app_id = journey.borrow().app.clone();
        let caller = Caller {
            ip: caller::ip(request, &app.site.trusted_proxies),
            user_agent: caller::user_agent(request),
            locale: words.lang().tag().to_owned(),
            app_id,
        };
        Self { app, caller, words, request: request.clone(), journey }
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

    /// Who is signed in here, for good.
    pub async fn present(&self) -> Result<Option<Present>, Error> {
        match self.session_token() {
            Some(token) => sessions::present(&self.app.rekey, &token).await,
            None => Ok(None),
        }
    }

    /// Where a sign-in leads: what the person wanted here, the app that waits for them, or their account.
    pub fn onward(&self) -> After {
        let journey = self.journey.borrow();
        let to_app = journey.app.as_ref().map(|_| After::App);
        journey.after.or(to_app).unwrap_or(After::Account)
    }

    /// The address of that; `past_password` for somebody who comes from the password's page, which is not shown again at once.
    pub fn address(&self, after: After, past_password: bool) -> String {
        let waits =
            self.journey.borrow().interaction().map(|waits| format!("{}/{}", urls::OIDC_AUTH, waits.id));
        let to_app = || waits.or_else(|| self.page().app.and_then(|app| app.start));
        let here = if past_password { after.past_password() } else { after.path() };
        Some(after)
            .filter(|after| *after == After::App)
            .and_then(|_| to_app())
            .unwrap_or_else(|| here.to_owned())
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
            app: app.map(|app| self.app_link(app, &journey)),
            interaction: journey.interaction().map(|interaction| interaction.id.clone()),
            assets: self.app.assets.clone(),
            dev: self.app.site.dev,
        }
    }

    /// The app, and its own start. A start is offered where no request of the app waits here: then it begins one, and is told whom to
    /// expect, unless the app is somebody else's.
    fn app_link(&self, app: &ClientApp, journey: &Journey) -> AppLink {
        let hint = Some(journey.identifier.as_str()).filter(|hint| !hint.is_empty() && !app.is_third_party);
        let issuer = oidc::issuer(&self.app.rekey);
        let pairs = [("iss", Some(issuer.as_str())), ("login_hint", hint), ("first_screen", Some("sign_in"))];
        let start = app.initiate_login_uri.as_deref().map(|uri| urls::with(uri, &pairs));
        AppLink { id: app.id.clone(), name: app.name.clone(), start }
    }

    /// The page, as an answer that went well.
    pub fn show(&self, view: &impl Template) -> Reply {
        self.html(StatusCode::OK, view)
    }

    /// The page for something that is no more.
    pub fn gone(&self, view: &impl Template) -> Reply {
        self.html(StatusCode::GONE, view)
    }

    /// The page, whose forms may lead to this target as well.
    pub fn show_leading_to(&self, target: Option<&str>, view: &impl Template) -> Reply {
        let mut reply = self.show(view);
        if let Some(policy) = target.and_then(|target| HeaderValue::try_from(policy::leading_to(target)).ok())
        {
            reply.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        reply
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

    /// To the app that waits, outside of this site.
    pub fn leave(&self, address: &str) -> Reply {
        match HeaderValue::try_from(address) {
            Ok(address) => HttpResponse::SeeOther().insert_header((LOCATION, address)).finish(),
            Err(_) => self.error(ErrorKind::Failed, None, None),
        }
    }

    /// What is wrong with an app's request, for the person and for whoever mends the app. Nothing of it is sent anywhere.
    pub fn app_fault(&self, fault: &Fault) -> Reply {
        let request_id = RequestId::of(&self.request);
        let detail = Some(format!("{}: {}", fault.error.name(), fault.why));
        let view = ErrorView {
            page: self.page(),
            kind: ErrorKind::AppRequest,
            request_id,
            wait: None,
            back: None,
            detail,
        };
        self.html(StatusCode::BAD_REQUEST, &view)
    }

    /// A page for what is not about a form.
    pub fn error(&self, kind: ErrorKind, seconds: Option<i64>, back: Option<&'static str>) -> Reply {
        let request_id = RequestId::of(&self.request);
        let view = ErrorView { page: self.page(), kind, request_id, wait: seconds, back, detail: None };
        let mut reply = self.html(error_status(kind), &view);
        wait(&mut reply, seconds);
        reply
    }

    /// What a journey said no to where there is no form to say it at, or what failed. Failures are logged here, once.
    pub fn refuse(&self, error: &Error, back: &'static str) -> Reply {
        match error {
            Error::Refused(Refusal::Protocol(fault)) => self.app_fault(fault),
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

    /// Where a form here may end, outside of this site: in the app. Chromium asks the policy about every hop after a post.
    fn target(&self) -> Option<String> {
        let journey = self.journey.borrow();
        let begins = || {
            let live = self.app.rekey.live();
            policy::target(live.app(journey.app.as_deref()?)?.initiate_login_uri.as_deref()?)
        };
        journey.interaction().map(|interaction| interaction.target.clone()).or_else(begins)
    }

    fn html(&self, status: StatusCode, view: &impl Template) -> Reply {
        match view.render() {
            Ok(body) => {
                let mut reply = HttpResponse::build(status);
                reply.insert_header(ContentType::html());
                reply.insert_header((CONTENT_LANGUAGE, self.words.lang().tag()));
                if let Some(target) = self.target() {
                    reply.insert_header((CONTENT_SECURITY_POLICY, policy::leading_to(&target)));
                }
                reply.body(body)
            }
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
        ErrorKind::Malformed | ErrorKind::AppRequest => StatusCode::BAD_REQUEST,
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
