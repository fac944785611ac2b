//! Lumen, the demo application. To the provider it is a third-party application: a page whose script is a
//! public OpenID Connect client like any other, without access to the session here. It shows a message if it
//! is not registered.

use crate::http::dev::not_found;
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::pages::views::{DemoAppState, DemoAppView};

/// Its client id.
pub const CLIENT_ID: &str = "demo-app";

/// `GET /demo-app`: the application, its redirect target, and its page for starting a sign-in.
pub async fn show(visit: PageRequest) -> PageResponse {
    if !visit.app.site.dev {
        return not_found(&visit);
    }
    let registered = visit.app.core.snapshot().app(CLIENT_ID).is_some();
    let screen = if registered { DemoAppState::Live } else { DemoAppState::Unregistered };
    visit.ok(&DemoAppView {
        page: visit.page(),
        origin: visit.app.site.origin.clone(),
        client: CLIENT_ID,
        screen,
    })
}
