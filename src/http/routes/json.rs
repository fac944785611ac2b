//! The routes of the Experience and Account APIs, below `/api`.

use actix_web::web::{ServiceConfig, resource};

use crate::http::routes::get_or_head;
use crate::http::{health, openapi};

/// Each handler's extractor checks the caller.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.service(resource("/status").route(get_or_head(health::status)))
        .service(resource("/openapi.json").route(get_or_head(openapi::show)))
        .service(resource("/docs").route(get_or_head(openapi::page)));
}
