//! JSON for people's own screens and for the signed-in person, below `/api`.

use actix_web::web::{ServiceConfig, resource};

use super::look;
use crate::faces::{openapi, operator};

/// Each handler's first argument is its check.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.service(resource("/status").route(look(operator::status)))
        .service(resource("/openapi.json").route(look(openapi::show)))
        .service(resource("/docs").route(look(openapi::page)));
}
