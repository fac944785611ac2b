//! A request for a page: the client, the language and the flow state. It is the first argument of every page
//! handler and builds the responses. The flow-state cookie is written only if the state changed.

mod leave;
mod navigation;
mod response;

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_session::SessionExt as _;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};

use crate::app::AppState;
use crate::http::html::flow_state::{Flash, FlowState};
use crate::http::middleware::choose_translations;
use crate::http::middleware::request_log::record_app;
use crate::http::routes::urls;
use rekey_adapters::i18n::Translations;
use rekey_core::Context;
use rekey_core::oidc::first_screen::MAX_PAGE_PARAM_BYTES;
use rekey_core::types::caller::Caller;

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
    pub(super) request: HttpRequest,
    flow_state: SharedFlowState,
}

type SharedFlowState = Rc<RefCell<FlowState>>;

impl PageRequest {
    /// Reads the request, without awaiting and without the database.
    pub fn from_http_request(request: &HttpRequest) -> Option<Self> {
        let app = request.app_data::<web::Data<AppState>>()?.clone();
        let ui_locales = query_param(request, "ui_locales");
        let choose = |kept: Option<&str>| choose_translations(&app, request, ui_locales.as_deref(), kept);
        if let Some(known) = request.extensions().get::<SharedFlowState>().cloned() {
            let translations = choose(known.borrow().lang.as_deref());
            return Some(Self::new(request, app, translations, known));
        }
        let session = request.get_session();
        let (mut flow_state, fresh) = FlowState::read(&session, app.core.now(), app.core.rng());
        let translations = choose(flow_state.lang.as_deref());
        let lang = ui_locales
            .map(|_| translations.lang().tag().to_owned())
            .filter(|tag| flow_state.lang.as_ref() != Some(tag));
        if fresh || lang.is_some() {
            flow_state.lang = lang.or(flow_state.lang);
            flow_state.write(&session);
        }
        if let Some(app) = &flow_state.app {
            record_app(app);
        }
        let shared: SharedFlowState = Rc::new(RefCell::new(flow_state));
        request.extensions_mut().insert(Rc::clone(&shared));
        Some(Self::new(request, app, translations, shared))
    }

    /// All extractors of a request share one flow state, so that the handler sees what the form extractor
    /// changed.
    fn new(
        request: &HttpRequest,
        app: web::Data<AppState>,
        translations: Translations,
        flow_state: SharedFlowState,
    ) -> Self {
        let app_id = flow_state.borrow().app.clone();
        let caller = Caller { app_id, ..app.site.forwarding.caller(request, translations.lang().tag()) };
        Self { app, caller, translations, request: request.clone(), flow_state }
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
        let mut flow_state = self.flow_state.borrow_mut();
        change(&mut flow_state);
        flow_state.write(&self.request.get_session());
    }

    /// Takes the message that the last step left for this page.
    pub fn take_flash(&self) -> Option<Flash> {
        let flash = self.flow_state.borrow().flash?;
        self.update_flow_state(|flow_state| flow_state.flash = None);
        Some(flash)
    }

    /// A query parameter, limited to a length that fits into a cookie.
    pub fn query_param(&self, name: &str) -> Option<String> {
        query_param(&self.request, name)
    }
}

/// Whether this request belongs to a sign-in that an application started, perhaps in a popup. The account
/// pages belong to one only while it waits.
pub fn is_of_application(request: &HttpRequest) -> bool {
    let extensions = request.extensions();
    let Some(flow_state) = extensions.get::<SharedFlowState>() else { return false };
    let flow_state = flow_state.borrow();
    let is_account = request.path().starts_with(urls::ACCOUNT);
    flow_state.current_pending().is_some() || (flow_state.app.is_some() && !is_account)
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
