//! The routes of the browser SDK, below `/api`. No cookie is read; only scripts of an application's
//! registered origins may call.

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, post, resource, scope};

use crate::http::middleware::cors;
use crate::http::sdk_api::{codes, passwords, sessions};

/// Adds the routes.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.service(
        scope("/v1/paywall/{app_id}/auth")
            .wrap(from_fn(cors::allow_sdk_origins))
            .service(resource("/password/request-reset").route(post().to(codes::request_reset)))
            .service(resource("/password/update").route(post().to(passwords::update)))
            .service(resource("/otp/send").route(post().to(codes::send)))
            .service(resource("/otp/verify").route(post().to(codes::verify)))
            .service(resource("/email/signin").route(post().to(passwords::sign_in)))
            .service(resource("/email/signup").route(post().to(passwords::sign_up)))
            .service(resource("/email/resend").route(post().to(passwords::resend)))
            .service(resource("/refresh").route(post().to(sessions::refresh)))
            .service(resource("/signout").route(post().to(sessions::sign_out)))
            .service(resource("/revoke-all").route(post().to(sessions::revoke_all)))
            .service(resource("/oauth/{step}").route(post().to(sessions::oauth)))
            .service(resource("/anonymous/{step}").route(post().to(sessions::anonymous))),
    );
}
