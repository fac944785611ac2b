//! Lumen, the demo app: a third-party application, as far as the provider can tell. It is a page with a script, and that script is a public
//! OpenID Connect client like any other; nothing here knows who is signed in. The surprise: it says so when it is not registered.

use crate::http::common::page_request::{PageRequest, PageResponse};
use crate::http::pages::views::{DemoAppState, DemoAppView};

use super::not_found;

/// Its client id.
pub const CLIENT_ID: &str = "demo-app";

/// `GET /demo-app`: the app itself, where its sign-ins end, and where somebody else may begin one.
pub async fn show(visit: PageRequest) -> PageResponse {
    if !visit.app.site.dev {
        return not_found(&visit);
    }
    let registered = visit.app.rekey.snapshot().app(CLIENT_ID).is_some();
    let screen = if registered { DemoAppState::Live } else { DemoAppState::Unregistered };
    visit.ok(&DemoAppView {
        page: visit.page(),
        origin: visit.app.site.origin.clone(),
        client: CLIENT_ID,
        screen,
    })
}
