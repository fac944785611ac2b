//! A request for a page: the client, the language and the flow state. It is the first argument of every page
//! handler and builds the responses. The flow-state cookie is written only if the state changed.

mod response;

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_session::SessionExt as _;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};

use crate::app::AppState;
use crate::http::html::flow_state::FlowState;
use crate::http::html::page::{AppLink, Page};
use crate::http::middleware::cookies;
use crate::http::middleware::extractors::choose_translations;
use crate::http::middleware::request_log::record_app;
use crate::http::routes::urls::{self, PostSignInTarget};
use crate::i18n::Translations;
use rekey_core::apps::client_app::ClientApp;
use rekey_core::oidc::first_screen::{FirstScreen, MAX_PAGE_PARAM_BYTES};
use rekey_core::sessions::{self, AuthenticatedUser};
use rekey_core::types::caller::Caller;
use rekey_core::types::error::Error;
use rekey_core::types::error::violation::Violation;
use rekey_core::types::secret::Secret;
use rekey_core::{Context, account, oidc};

pub use crate::http::html::page_request::response::refusal_status;

/// The response of a handler.
pub type PageResponse = HttpResponse;

/// A request for a page.
#[derive(Clone)]
pub struct PageRequest {
    /// The application state.
    pub app: web::Data<AppState>,
    /// The client that the request came from.
    pub caller: Caller,
    /// The translations for the visitor's language.
    pub translations: Translations,
    request: HttpRequest,
    flow_state: SharedFlowState,
}

type SharedFlowState = Rc<RefCell<FlowState>>;

impl PageRequest {
    /// Reads the request, without awaiting and without the database.
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
        let (mut journey, fresh) = FlowState::read(&session, app.core.now(), app.core.rng());
        let asked = query_param(request, "ui_locales");
        let words = choose_translations(&app, request, asked.as_deref(), journey.lang.as_deref());
        let lang =
            asked.map(|_| words.lang().tag().to_owned()).filter(|tag| journey.lang.as_ref() != Some(tag));
        if fresh || lang.is_some() {
            journey.lang = lang.or(journey.lang);
            journey.write(&session);
        }
        if let Some(app) = &journey.app {
            record_app(app);
        }
        let shared: SharedFlowState = Rc::new(RefCell::new(journey));
        request.extensions_mut().insert(Rc::clone(&shared));
        Some(Self::new(request, app, words, shared))
    }

    /// All extractors of a request share one flow state, so that the handler sees what the form extractor
    /// changed.
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

    /// The context that the rules are called with.
    pub fn context(&self) -> Context<'_> {
        Context::new(&self.app.core, &self.caller)
    }

    /// A copy of the current flow state.
    pub fn flow_state(&self) -> FlowState {
        self.flow_state.borrow().clone()
    }

    /// Changes the flow state and writes it.
    pub fn update_flow_state(&self, change: impl FnOnce(&mut FlowState)) {
        let mut journey = self.flow_state.borrow_mut();
        change(&mut journey);
        journey.write(&self.request.get_session());
    }

    /// Takes the message that the last step left for this page.
    pub fn take_flash(&self) -> Option<crate::http::html::flow_state::Flash> {
        let told = self.flow_state.borrow().told?;
        self.update_flow_state(|journey| journey.told = None);
        Some(told)
    }

    /// A query parameter, limited to a length that fits into a cookie.
    pub fn query_param(&self, name: &str) -> Option<String> {
        query_param(&self.request, name)
    }

    /// The token of the session cookie, if the browser sent one.
    pub fn session_token(&self) -> Option<Secret> {
        self.request
            .cookie(cookies::session_name(&self.app.site))
            .map(|cookie| Secret::new(cookie.value().to_owned()))
    }

    /// The signed-in user; not one whose session is restricted.
    pub async fn current_session(&self) -> Result<Option<AuthenticatedUser>, Error> {
        match self.session_token() {
            Some(token) => sessions::by_token(&self.app.core, &token).await,
            None => Ok(None),
        }
    }

    /// Where to go after sign-in: the page that was requested here, the application that waits, or the
    /// account page.
    pub fn sign_in_target(&self) -> PostSignInTarget {
        let journey = self.flow_state.borrow();
        let to_app = journey.app.as_ref().map(|_| PostSignInTarget::App);
        journey.after.or(to_app).unwrap_or(PostSignInTarget::Account)
    }

    /// Finishes a sign-in and returns the path to redirect to: the requested target, as far as the settings
    /// allow it. If the current policy rejects the password, the page that says so comes first, and the
    /// target is kept for afterwards.
    pub fn finish_sign_in(&self, weaknesses: Vec<Violation>) -> String {
        let after = match self.sign_in_target() {
            PostSignInTarget::Password if !account::may_change_password(&self.app.core) => {
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

    /// The URL of that target; `past_password` for a user who comes from the password page, which is not
    /// shown again at once.
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

    /// The page context.
    pub fn page(&self) -> Page {
        let live = self.app.core.snapshot();
        let journey = self.flow_state.borrow();
        let app = journey.app.as_deref().and_then(|id| live.app(id));
        let brand = live.settings.sign_in_experience.display_name.clone();
        Page {
            translations: self.translations.clone(),
            csrf: journey.csrf.expose().to_owned(),
            brand: brand.unwrap_or_else(|| rekey_core::PRODUCT.to_owned()),
            app: app.map(|app| self.app_link(app, &journey)),
            interaction: journey.current_pending().map(|interaction| interaction.id.clone()),
            assets: self.app.assets.clone(),
            dev: self.app.site.dev,
        }
    }

    /// The application and its start URL. The start URL is used where no request of the application is
    /// pending: it lets the application start one, with a login hint unless the application is third-party.
    fn app_link(&self, app: &ClientApp, journey: &FlowState) -> AppLink {
        let hint = Some(journey.identifier.as_str()).filter(|hint| !hint.is_empty() && !app.is_third_party);
        let issuer = oidc::issuer(&self.app.core);
        let screen = Some(FirstScreen::SignIn.name());
        let pairs = [("iss", Some(issuer.as_str())), ("login_hint", hint), ("first_screen", screen)];
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

/// A query parameter: the first one of this name counts, and a value that is too long is ignored.
fn query_param(request: &HttpRequest, name: &str) -> Option<String> {
    let text = request.query_string();
    if !text.contains(name) {
        return None;
    }
    let mut pairs = url::form_urlencoded::parse(text.as_bytes());
    let found = pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    found.filter(|value| value.len() <= MAX_PAGE_PARAM_BYTES)
}
