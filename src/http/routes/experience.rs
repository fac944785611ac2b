//! The routes of the Experience API, below `/api`. Each handler's extractor checks the encrypted cookie,
//! which must have a pending request of an application.

use actix_web::web::{ServiceConfig, delete, post, put, resource, scope};

use crate::http::experience_api::{
    codes, consent, identification, interaction, profile, submit, verification, well_known,
};
use crate::http::routes::get_or_head;

/// Adds the routes.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.service(resource("/.well-known/sign-in-exp").route(get_or_head(well_known::sign_in_experience)))
        .service(resource("/.well-known/account-center").route(get_or_head(well_known::account_center)))
        .service(
            resource("/interaction/consent")
                .route(get_or_head(consent::show))
                .route(post().to(consent::agree))
                .route(delete().to(consent::decline)),
        )
        .service(
            scope("/experience")
                .service(resource("").route(put().to(interaction::begin)))
                .service(resource("/interaction").route(get_or_head(interaction::show)))
                .service(resource("/interaction-event").route(put().to(interaction::switch)))
                .service(resource("/sso-connectors").route(get_or_head(well_known::sso_connectors)))
                .service(resource("/verification/password").route(post().to(verification::by_password)))
                .service(resource("/verification/verification-code").route(post().to(codes::send)))
                .service(resource("/verification/verification-code/verify").route(post().to(codes::check)))
                .service(
                    resource("/verification/one-time-token/verify").route(post().to(verification::by_token)),
                )
                .service(resource("/identification").route(post().to(identification::identify)))
                .service(resource("/profile").route(post().to(profile::add)))
                .service(resource("/profile/password").route(put().to(profile::reset)))
                .service(resource("/submit").route(post().to(submit::submit))),
        );
}
