//! GraphQL, at the address of everybody and at the one that clients of the Contember Tenant API know. Scripts of registered
//! applications may read what is answered. Any other method has an answer of its own, so that no page is put in its place.

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, post, resource, to};

use crate::faces::common::{cors, urls};
use crate::faces::graphql::{answer, only_post};

/// Both addresses.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.service(
        resource(urls::GRAPHQL)
            .wrap(from_fn(cors::graphql))
            .route(post().to(answer))
            .default_service(to(only_post)),
    )
    .service(
        resource(urls::TENANT)
            .wrap(from_fn(cors::graphql))
            .route(post().to(answer))
            .default_service(to(only_post)),
    );
}
