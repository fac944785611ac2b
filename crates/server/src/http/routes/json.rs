//! The routes of the Experience, Account and SDK APIs, below `/api`. Each handler's extractor checks the
//! caller.

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, delete, patch, post, put, resource, scope};

use crate::http::middleware::cors;
use crate::http::routes::get_or_head;
use crate::http::{account_api, experience_api, health, openapi, sdk_api};

/// Adds the routes.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.service(resource("/status").route(get_or_head(health::status)))
        .service(resource("/openapi.json").route(get_or_head(openapi::show)))
        .configure(mount_well_known)
        .configure(mount_experience)
        .configure(mount_account)
        .configure(mount_sdk);
}

/// What custom screens and apps may know about the settings, without a session.
fn mount_well_known(map: &mut ServiceConfig) {
    map.service(
        resource("/.well-known/sign-in-exp")
            .route(get_or_head(experience_api::well_known::sign_in_experience)),
    )
    .service(
        resource("/.well-known/account-center")
            .route(get_or_head(experience_api::well_known::account_center)),
    );
}

/// The Experience API. The encrypted cookie must have a pending request of an application.
fn mount_experience(map: &mut ServiceConfig) {
    map.service(
        resource("/interaction/consent")
            .route(get_or_head(experience_api::consent::show))
            .route(post().to(experience_api::consent::agree))
            .route(delete().to(experience_api::consent::decline)),
    )
    .service(
        scope("/experience")
            .service(resource("").route(put().to(experience_api::interaction::begin)))
            .service(resource("/interaction").route(get_or_head(experience_api::interaction::show)))
            .service(resource("/interaction-event").route(put().to(experience_api::interaction::switch)))
            .service(
                resource("/sso-connectors").route(get_or_head(experience_api::well_known::sso_connectors)),
            )
            .service(
                resource("/verification/password")
                    .route(post().to(experience_api::verification::by_password)),
            )
            .service(
                resource("/verification/verification-code").route(post().to(experience_api::codes::send)),
            )
            .service(
                resource("/verification/verification-code/verify")
                    .route(post().to(experience_api::codes::check)),
            )
            .service(
                resource("/verification/one-time-token/verify")
                    .route(post().to(experience_api::verification::by_token)),
            )
            .service(resource("/identification").route(post().to(experience_api::identification::identify)))
            .service(resource("/profile").route(post().to(experience_api::profile::add)))
            .service(resource("/profile/password").route(put().to(experience_api::profile::reset)))
            .service(resource("/submit").route(post().to(experience_api::submit::submit))),
    );
}

/// The Account API. Scripts of every site may call, because the bearer token is the only credential.
fn mount_account(map: &mut ServiceConfig) {
    map.service(
        scope("/my-account")
            .wrap(from_fn(cors::allow_any_origin))
            .service(
                resource("")
                    .route(get_or_head(account_api::profile::show))
                    .route(patch().to(account_api::profile::update)),
            )
            .service(resource("/profile").route(patch().to(account_api::profile::update_profile)))
            .service(resource("/password").route(post().to(account_api::password::set)))
            .service(
                resource("/primary-email")
                    .route(post().to(account_api::addresses::set_email))
                    .route(delete().to(account_api::addresses::remove_email)),
            )
            .service(
                resource("/primary-phone")
                    .route(post().to(account_api::addresses::set_phone))
                    .route(delete().to(account_api::addresses::remove_phone)),
            )
            .service(resource("/sessions").route(get_or_head(account_api::sessions::list_sessions)))
            .service(resource("/sessions/{id}").route(delete().to(account_api::sessions::end_session)))
            .service(resource("/grants").route(get_or_head(account_api::grants::list_grants)))
            .service(resource("/grants/{id}").route(delete().to(account_api::grants::end_grant))),
    )
    .service(
        scope("/verifications")
            .wrap(from_fn(cors::allow_any_origin))
            .service(resource("/password").route(post().to(account_api::password::verify)))
            .service(resource("/verification-code").route(post().to(account_api::verifications::send_code)))
            .service(
                resource("/verification-code/verify")
                    .route(post().to(account_api::verifications::check_code)),
            ),
    );
}

/// The SDK API. No cookie is read; only scripts of an application's registered origins may call.
fn mount_sdk(map: &mut ServiceConfig) {
    map.service(
        scope("/v1/paywall/{app_id}/auth")
            .wrap(from_fn(cors::allow_sdk_origins))
            .service(resource("/password/request-reset").route(post().to(sdk_api::codes::request_reset)))
            .service(resource("/password/update").route(post().to(sdk_api::passwords::update)))
            .service(resource("/otp/send").route(post().to(sdk_api::codes::send)))
            .service(resource("/otp/verify").route(post().to(sdk_api::codes::verify)))
            .service(resource("/email/signin").route(post().to(sdk_api::passwords::sign_in)))
            .service(resource("/email/signup").route(post().to(sdk_api::passwords::sign_up)))
            .service(resource("/email/resend").route(post().to(sdk_api::passwords::resend)))
            .service(resource("/refresh").route(post().to(sdk_api::sessions::refresh)))
            .service(resource("/signout").route(post().to(sdk_api::sessions::sign_out)))
            .service(resource("/revoke-all").route(post().to(sdk_api::sessions::revoke_all)))
            .service(resource("/oauth/{step}").route(post().to(sdk_api::sessions::oauth)))
            .service(resource("/anonymous/{step}").route(post().to(sdk_api::sessions::anonymous))),
    );
}
