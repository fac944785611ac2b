//! The GraphQL routes, at our own path and at the one that clients of the Contember Tenant API use. Scripts
//! of registered applications may read the responses. Other methods get their own response, so that no error
//! page replaces it.

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, post, resource, to};

use crate::http::graphql::{execute_request, method_not_allowed};
use crate::http::middleware::cors;
use crate::http::routes::urls;

/// Adds both paths.
pub(super) fn mount(map: &mut ServiceConfig) {
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
