//! The demo of the browser SDK: a page with its own screens on top of the SDK. It is one file with a single
//! placeholder, because it shows what an application's developer would write, without our templates and
//! translations.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_LANGUAGE, ContentType};

use crate::http::dev::{demo_app, not_found};
use crate::http::html::page_request::{PageRequest, PageResponse};

const PAGE: &str = include_str!("../../../static/sdk/demo/index.html");

/// `GET /dev/sdk`: the placeholder is replaced by the demo application's id.
pub async fn show(visit: PageRequest) -> PageResponse {
    if !visit.app.site.dev {
        return not_found(&visit);
    }
    let page = PAGE.replace("{{ paywall_id }}", demo_app::CLIENT_ID);
    HttpResponse::Ok().insert_header(ContentType::html()).insert_header((CONTENT_LANGUAGE, "en")).body(page)
}
