//! The URL map of everything but the pages, by audience.

mod flow;
mod json;
mod management;
/// Every URL.
pub mod urls;

use actix_web::guard::{Any, Get, Head};
use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, post, resource, route, to};
use actix_web::{Handler, Responder, Route};

use crate::http::graphql::{execute_request, method_not_allowed};
use crate::http::health;
use crate::http::middleware::cors;

/// The JSON APIs, in the scope `/api`.
pub fn mount_json(map: &mut ServiceConfig) {
    map.configure(json::mount).configure(management::mount);
}

/// GraphQL, at our own path and at the one that clients of the Contember Tenant API use. Scripts of
/// registered applications may read the responses. Other methods get their own response, so that no error
/// page replaces it.
pub fn mount_graphql(map: &mut ServiceConfig) {
    map.service(
        resource(urls::GRAPHQL)
            .wrap(from_fn(cors::allow_graphql_origins))
            .route(post().to(execute_request))
            .default_service(to(method_not_allowed)),
    )
    .service(
        resource(urls::TENANT)
            .wrap(from_fn(cors::allow_graphql_origins))
            .route(post().to(execute_request))
            .default_service(to(method_not_allowed)),
    );
}

/// Adds the routes of the admin port. Metrics are on no other port: they would reveal activity to the public.
pub fn mount_operator(map: &mut ServiceConfig) {
    map.configure(mount_health).service(resource("/metrics").route(get_or_head(health::metrics)));
}

/// Health checks, on either port.
pub fn mount_health(map: &mut ServiceConfig) {
    map.service(resource("/health").route(get_or_head(health::health)))
        .service(resource("/ready").route(get_or_head(health::ready)));
}

/// GET and HEAD: link scanners send both, and neither changes anything (get_is_safe).
pub fn get_or_head<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: actix_web::FromRequest + 'static,
    F::Output: Responder + 'static,
{
    route().guard(Any(Get()).or(Head())).to(handler)
}
