//! Lumen, the demo app: a third-party application, as far as the provider can tell. It is a page with a script, and that script is a public
//! OpenID Connect client like any other; nothing here knows who is signed in. The surprise: it says so when it is not registered.

use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::views::{DemoAppView, Screen};

use super::hidden;

/// Its client id.
pub const CLIENT: &str = "demo-app";

/// `GET /demo-app`: the app itself, where its sign-ins end, and where somebody else may begin one.
pub async fn show(visit: Visit) -> Reply {
    if !visit.app.site.dev {
        return hidden(&visit);
    }
    let registered = visit.app.rekey.live().app(CLIENT).is_some();
    let screen = if registered { Screen::Live } else { Screen::Unregistered };
    visit.show(&DemoAppView {
        page: visit.page(),
        origin: visit.app.site.origin.clone(),
        client: CLIENT,
        screen,
    })
}
