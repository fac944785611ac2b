//! Lumen, the demo application. To the provider it is a third-party application: a page whose script is a
//! public OpenID Connect client like any other, without access to the session here. It shows a message if it
//! is not registered. A second page has its own screens, on top of the browser SDK.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_LANGUAGE, ContentType};

use crate::http::dev::not_found;
use crate::http::pages::views::{DemoAppState, DemoAppView};
use rekey_server::http::html::page_request::{PageRequest, PageResponse};

/// Its client id.
pub const CLIENT_ID: &str = "demo-app";

/// The demo of the SDK: one file with a single placeholder, because it shows what an application's developer
/// would write, without our templates and translations.
const SDK_PAGE: &str = include_str!("../../../static/sdk/demo/index.html");

/// `GET /demo-app`: the application, its redirect target, and its page for starting a sign-in.
pub async fn show(request: PageRequest) -> PageResponse {
    if !request.app.site.dev {
        return not_found(&request);
    }
    let registered = request.app.core.snapshot().app(CLIENT_ID).is_some();
    let screen = if registered { DemoAppState::Live } else { DemoAppState::Unregistered };
    request.ok(&DemoAppView {
        page: request.page(),
        origin: request.app.site.origin.clone(),
        client: CLIENT_ID,
        screen,
    })
}

/// `GET /dev/sdk`: the placeholder is replaced by the demo application's id.
pub async fn show_sdk(request: PageRequest) -> PageResponse {
    if !request.app.site.dev {
        return not_found(&request);
    }
    let page = SDK_PAGE.replace("{{ paywall_id }}", CLIENT_ID);
    HttpResponse::Ok().insert_header(ContentType::html()).insert_header((CONTENT_LANGUAGE, "en")).body(page)
}
