//! The browser SDK at work: a page that is nothing but its own screens over the SDK. It is a file with one place to fill in, because what
//! it shows is what an app's developer would write, without our templates and words.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_LANGUAGE, ContentType};

use crate::http::common::page_request::{PageRequest, PageResponse};

use super::{demo_app, not_found};

const PAGE: &str = include_str!("../../../static/sdk/demo/index.html");

/// `GET /dev/sdk`: the demo app's id stands where the page wants one.
pub async fn show(visit: PageRequest) -> PageResponse {
    if !visit.app.site.dev {
        return not_found(&visit);
    }
    let page = PAGE.replace("{{ paywall_id }}", demo_app::CLIENT_ID);
    HttpResponse::Ok().insert_header(ContentType::html()).insert_header((CONTENT_LANGUAGE, "en")).body(page)
}
