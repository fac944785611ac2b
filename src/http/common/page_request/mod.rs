//! One visit to a page: who, in which language, with which journey. It is the first argument of every handler and knows how to
//! answer: show, show again, go on, fail. The surprise: it writes the journey's cookie only when something in it changed.

mod response;

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_session::SessionExt as _;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};

use crate::app::AppState;
use crate::domain::sessions::{self, AuthenticatedUser};
use crate::domain::{account, oidc};
use crate::http::common::page::{AppLink, Page};
use crate::i18n::Translations;
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::Error;
use crate::model::policy::Violation;
use crate::model::secret::Secret;

use super::cookies;
use super::flow_state::FlowState;
use super::urls::{self, PostSignInTarget};

pub use self::response::refusal_status;

/// The answer of a handler.
pub type PageResponse = HttpResponse;

/// A visit.
#[derive(Clone)]
pub struct PageRequest {
    /// The program.
    pub app: web::Data<AppState>,
    /// The outside of the request.
    pub caller: Caller,
    /// The words of the visitor's language.
    pub translations: Translations,
    request: HttpRequest,
    flow_state: SharedFlowState,
}

type SharedFlowState = Rc<RefCell<FlowState>>;

impl PageRequest {
    /// Reads the visit out of a request; it costs no await and no database.
    pub fn from_http_request(request: &HttpRequest) -> Option<Self> {
        let app = request.app_data::<web::Data<AppState>>()?.clone();
        let session = request.get_session();
        if let Some(known) = request.extensions().get::<SharedFlowState>().cloned() {
            let kept = known.borrow().lang.clone();
            let words = choose_translations(
                &app,
                request,
                query_param(request, "ui_locales").as_deref(),
                kept.as_deref(),
            );
            return Some(Self::new(request, app, words, known));
        }
        let (mut journey, fresh) = FlowState::read(&session, app.rekey.now(), app.rekey.rng());
        let asked = query_param(request, "ui_locales");
        let words = choose_translations(&app, request, asked.as_deref(), journey.lang.as_deref());
        let lang =
            asked.map(|_| words.lang().tag().to_owned()).filter(|tag| journey.lang.as_ref() != Some(tag));
        if fresh || lang.is_some() {
            journey.lang = lang.or(journey.lang);
            journey.write(&session);
        }
        let shared: SharedFlowState = Rc::new(RefCell::new(journey));
        request.extensions_mut().insert(Rc::clone(&shared));
        Some(Self::new(request, app, words, shared))
    }

    /// A request's extractors all see the one journey, so that what the form changes the handler knows.
    fn new(
        request: &HttpRequest,
        app: web::Data<AppState>,
        words: Translations,
        journey: SharedFlowState,
    ) -> Self {
        let app_id = journey.borrow().app.clone();
        let caller = Caller { app_id, ..app.site.forwarding.caller(request, words.lang().tag()) };
        Self { app, caller, translations: words, request: request.clone(), flow_state: journey }
    }

    /// A copy of the journey as it is now.
    pub fn flow_state(&self) -> FlowState {
        self.flow_state.borrow().clone()
    }

    /// Changes the journey and writes it.
    pub fn update_flow_state(&self, change: impl FnOnce(&mut FlowState)) {
        let mut journey = self.flow_state.borrow_mut();
        change(&mut journey);
        journey.write(&self.request.get_session());
    }

    /// What the last step left to be told, once.
    pub fn take_flash(&self) -> Option<super::flow_state::Flash> {
        let told = self.flow_state.borrow().told?;
        self.update_flow_state(|journey| journey.told = None);
        Some(told)
    }

    /// A parameter of the address, once and not longer than a cookie can carry.
    pub fn query_param(&self, name: &str) -> Option<String> {
        query_param(&self.request, name)
    }

    /// The token of a signed-in session, if the browser sent one.
    pub fn session_token(&self) -> Option<Secret> {
        self.request
            .cookie(cookies::session_name(&self.app.site))
            .map(|cookie| Secret::new(cookie.value().to_owned()))
    }

    /// Who is signed in here, for good.
    pub async fn current_session(&self) -> Result<Option<AuthenticatedUser>, Error> {
        match self.session_token() {
            Some(token) => sessions::by_token(&self.app.rekey, &token).await,
            None => Ok(None),
        }
    }

    /// Where a sign-in leads: what the person wanted here, the app that waits for them, or their account.
    pub fn sign_in_target(&self) -> PostSignInTarget {
        let journey = self.flow_state.borrow();
        let to_app = journey.app.as_ref().map(|_| PostSignInTarget::App);
        journey.after.or(to_app).unwrap_or(PostSignInTarget::Account)
    }

    /// Somebody came in; the answer is the address they go on to: where they were going, as far as the settings let them, and with a
    /// password that the policy would not take today, past the page that says so. Where they were going is kept for afterwards.
    pub fn finish_sign_in(&self, weaknesses: Vec<Violation>) -> String {
        let after = match self.sign_in_target() {
            PostSignInTarget::Password if !account::may_change_password(&self.app.rekey) => {
                PostSignInTarget::Account
            }
            wanted => wanted,
        };
        let is_fine = weaknesses.is_empty();
        self.update_flow_state(|journey| {
            journey.clear_recovery();
            journey.after = Some(after).filter(|_| !is_fine);
            journey.weaknesses = weaknesses;
        });
        if is_fine { self.target_url(after, false) } else { urls::ACCOUNT_PASSWORD.to_owned() }
    }

    /// The address of that; `past_password` for somebody who comes from the password's page, which is not shown again at once.
    pub fn target_url(&self, after: PostSignInTarget, past_password: bool) -> String {
        let waits = self
            .flow_state
            .borrow()
            .current_pending()
            .map(|waits| format!("{}/{}", urls::OIDC_AUTH, waits.id));
        let to_app = || waits.or_else(|| self.page().app.and_then(|app| app.start));
        let here = if past_password { after.path_after_password() } else { after.path() };
        Some(after)
            .filter(|after| *after == PostSignInTarget::App)
            .and_then(|_| to_app())
            .unwrap_or_else(|| here.to_owned())
    }

    /// The frame of a page.
    pub fn page(&self) -> Page {
        let live = self.app.rekey.snapshot();
        let journey = self.flow_state.borrow();
        let app = journey.app.as_deref().and_then(|id| live.app(id));
        let brand = live.settings.sign_in_experience.display_name.clone();
        Page {
            translations: self.translations.clone(),
            csrf: journey.csrf.expose().to_owned(),
            brand: brand.unwrap_or_else(|| crate::PRODUCT.to_owned()),
            app: app.map(|app| self.app_link(app, &journey)),
            interaction: journey.current_pending().map(|interaction| interaction.id.clone()),
            assets: self.app.assets.clone(),
            dev: self.app.site.dev,
        }
    }

    /// The app, and its own start. A start is offered where no request of the app waits here: then it begins one, and is told whom to
    /// expect, unless the application is third-party.
    fn app_link(&self, app: &ClientApp, journey: &FlowState) -> AppLink {
        let hint = Some(journey.identifier.as_str()).filter(|hint| !hint.is_empty() && !app.is_third_party);
        let issuer = oidc::issuer(&self.app.rekey);
        let pairs = [("iss", Some(issuer.as_str())), ("login_hint", hint), ("first_screen", Some("sign_in"))];
        let start = app.initiate_login_uri.as_deref().map(|uri| urls::with_query(uri, &pairs));
        AppLink { id: app.id.clone(), name: app.name.clone(), start }
    }
}

impl FromRequest for PageRequest {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::from_http_request(request).ok_or_else(|| actix_web::error::ErrorInternalServerError("")))
    }
}

/// A parameter of the address; of several with one name the first counts, a long one is as good as none.
fn query_param(request: &HttpRequest, name: &str) -> Option<String> {
    let text = request.query_string();
    if !text.contains(name) {
        return None;
    }
    let mut pairs = url::form_urlencoded::parse(text.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).filter(|value| value.len() <= 300)
}

/// The words for a request: what the address asks for, what was kept, what the browser wishes.
pub(super) fn choose_translations(
    app: &AppState,
    request: &HttpRequest,
    asked: Option<&str>,
    kept: Option<&str>,
) -> Translations {
    let info = app.rekey.snapshot().settings.sign_in_experience.language_info.clone();
    let wish = request
        .headers()
        .get("accept-language")
        .and_then(|value| value.to_str().ok())
        .filter(|_| info.auto_detect);
    let catalog = app.catalog.current();
    let lang = catalog.negotiate_language(asked, kept, wish, &info.fallback_language);
    Translations::new(catalog, lang)
}
