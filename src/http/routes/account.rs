//! The routes of the Account API, below `/api`. Each handler's extractor authenticates the call. Scripts of
//! every site may call, because the bearer token is the only credential.

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, delete, patch, post, resource, scope};

use crate::http::account_api::{addresses, grants, password, profile, sessions, verifications};
use crate::http::middleware::cors;
use crate::http::routes::get_or_head;

/// Adds the routes.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.service(
        scope("/my-account")
            .wrap(from_fn(cors::allow_any_origin))
            .service(resource("").route(get_or_head(profile::show)).route(patch().to(profile::update)))
            .service(resource("/profile").route(patch().to(profile::update_profile)))
            .service(resource("/password").route(post().to(password::set)))
            .service(
                resource("/primary-email")
                    .route(post().to(addresses::set_email))
                    .route(delete().to(addresses::remove_email)),
            )
            .service(
                resource("/primary-phone")
                    .route(post().to(addresses::set_phone))
                    .route(delete().to(addresses::remove_phone)),
            )
            .service(resource("/sessions").route(get_or_head(sessions::list_sessions)))
            .service(resource("/sessions/{id}").route(delete().to(sessions::end_session)))
            .service(resource("/grants").route(get_or_head(grants::list_grants)))
            .service(resource("/grants/{id}").route(delete().to(grants::end_grant))),
    )
    .service(
        scope("/verifications")
            .wrap(from_fn(cors::allow_any_origin))
            .service(resource("/password").route(post().to(password::verify)))
            .service(resource("/verification-code").route(post().to(verifications::send_code)))
            .service(resource("/verification-code/verify").route(post().to(verifications::check_code))),
    );
}
