//! GraphQL, at the address of everybody and at the one that clients of the Contember Tenant API know. Scripts of registered
//! applications may read what is answered. Any other method has an answer of its own, so that no page is put in its place.

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, post, resource, to};

use crate::http::common::{cors, urls};
use crate::http::graphql::{execute_request, method_not_allowed};

/// Both addresses.
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
