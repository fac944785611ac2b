//! The entry points from outside: `first_screen` and related parameters, the root page, and the well-known
//! URL for password managers. The effect of every parameter is defined here; nothing else in a URL decides
//! anything.

/// The captcha.
pub mod captcha;

use url::{Origin, Url};

use crate::http::pages::views::ExpiredRequestView;
use rekey_core::apps::client_app::ClientApp;
use rekey_core::oidc::first_screen::FirstScreen;
use rekey_core::sign_in::methods::IdentifierKinds;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls::{self, PostSignInTarget};

/// Reads the parameters that an application sent: the application if it is registered, and the login hint as
/// if it had been entered.
pub(super) fn read_entry_params(request: &PageRequest) -> Option<FirstScreen> {
    let app = request.query_param("app_id").filter(|id| request.app.core.snapshot().app(id).is_some());
    let hint = request.query_param("login_hint").filter(|hint| !hint.chars().any(char::is_control));
    if app.is_some() || hint.is_some() {
        request.update_flow_state(|flow_state| {
            if app.is_some() {
                flow_state.app = app;
            }
            if let Some(hint) = hint {
                flow_state.remember_identifier(&hint);
            }
        });
    }
    let screen = request.query_param("first_screen");
    let mode = request.query_param("interaction_mode");
    let is_named = screen.is_some() || mode.is_some();
    is_named.then(|| FirstScreen::from_params(screen.as_deref(), mode.as_deref(), None))
}

/// Whether the visitor is signed in and was not sent by an application, which wants a new sign-in. Without a
/// session cookie this needs no query.
pub(super) async fn is_signed_in(request: &PageRequest) -> bool {
    !is_sent_by_app(request) && matches!(request.current_session().await, Ok(Some(_)))
}

/// Where a visitor goes who is signed in: to the account, or, if an application had sent them and they come back from
/// it by the back button, to that application again.
pub(super) fn redirect_signed_in(request: &PageRequest) -> PageResponse {
    let (sent_by, mut page) = (request.query_param("app_id"), request.page());
    let Some(app) = page.app.as_mut().filter(|app| Some(&app.id) == sent_by.as_ref()) else {
        return request.redirect(urls::ACCOUNT);
    };
    if let Some(start) = &app.start {
        return request.redirect(start);
    }
    // An application that no sign-in can be started for is opened by hand.
    let snapshot = request.app.core.snapshot();
    app.start = snapshot.app(&app.id).and_then(first_web_origin);
    request.ok(&ExpiredRequestView { page, is_here: true })
}

/// Where an application is on the web, as far as its registered addresses say.
fn first_web_origin(app: &ClientApp) -> Option<String> {
    let addresses = app.redirect_uris.iter().filter_map(|uri| Url::parse(uri).ok());
    let mut origins = addresses.map(|url| url.origin()).filter(Origin::is_tuple);
    origins.next().map(|origin| origin.ascii_serialization())
}

/// Whether an application sent the visitor here just now.
pub(super) fn is_sent_by_app(request: &PageRequest) -> bool {
    request.query_param("app_id").is_some() && request.flow_state().current_pending().is_some()
}

/// The kinds of identifier that a form asks for, limited by the application's `identifier` parameter: a list
/// separated by spaces, of which kinds that are not offered are ignored.
pub(super) fn narrow_kinds(request: &PageRequest, offered: IdentifierKinds) -> IdentifierKinds {
    let kinds = request.query_param("identifier").unwrap_or_default();
    let has = |kind| kinds.split([' ', '+']).any(|name| name == kind);
    offered.narrowed_to(IdentifierKinds {
        email: has("email"),
        phone: has("phone"),
        username: has("username"),
    })
}

/// `GET /`.
pub async fn show_root(request: PageRequest) -> PageResponse {
    let begin = if request.app.core.snapshot().allows_sign_in() { urls::SIGN_IN } else { urls::REGISTER };
    request.redirect(if request.session_token().is_some() { urls::ACCOUNT } else { begin })
}

/// `GET /.well-known/change-password`: password managers send users here; the form itself is never served at
/// this URL.
pub async fn redirect_to_change_password(request: PageRequest) -> PageResponse {
    request.redirect(PostSignInTarget::Password.path())
}
