//! The routes of the Management API, below `/api`. Each handler's extractor authenticates the call.

use actix_web::web::{ServiceConfig, delete, patch, post, put, resource};

use crate::http::management_api::settings::{
    account_center, captcha_provider, jwt_customizer, sign_in_experience,
};
use crate::http::management_api::{
    applications, connectors, lockouts, logs, one_time_tokens, templates, users, verification_codes, webhooks,
};
use crate::http::routes::get_or_head;

/// Adds the routes.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.configure(mount_experience)
        .configure(mount_applications)
        .configure(mount_users)
        .configure(mount_messages)
        .configure(mount_connectors)
        .configure(mount_logs_and_lockouts)
        .configure(mount_webhooks);
}

/// The sign-in experience.
fn mount_experience(map: &mut ServiceConfig) {
    map.service(
        resource("/sign-in-exp")
            .route(get_or_head(sign_in_experience::show))
            .route(patch().to(sign_in_experience::update)),
    )
    .service(
        resource("/sign-in-exp/default/check-password").route(post().to(sign_in_experience::check_password)),
    )
    .service(
        resource("/account-center")
            .route(get_or_head(account_center::show))
            .route(patch().to(account_center::update)),
    )
    .service(
        resource("/captcha-provider")
            .route(get_or_head(captcha_provider::show))
            .route(put().to(captcha_provider::replace))
            .route(delete().to(captcha_provider::destroy)),
    );
}

/// Connectors.
fn mount_connectors(map: &mut ServiceConfig) {
    map.service(
        resource("/connectors").route(get_or_head(connectors::list)).route(post().to(connectors::create)),
    )
    .service(resource("/connectors/{id}/test").route(post().to(connectors::factories::test)))
    .service(
        resource("/connectors/{id}")
            .route(get_or_head(connectors::show))
            .route(patch().to(connectors::update))
            .route(delete().to(connectors::destroy)),
    )
    .service(resource("/connector-factories").route(get_or_head(connectors::factories::list)))
    .service(resource("/connector-factories/{id}").route(get_or_head(connectors::factories::show)));
}

/// Applications and token claims.
fn mount_applications(map: &mut ServiceConfig) {
    map.service(
        resource("/applications")
            .route(get_or_head(applications::list))
            .route(post().to(applications::create)),
    )
    .service(
        resource("/applications/{id}")
            .route(get_or_head(applications::show))
            .route(patch().to(applications::update))
            .route(delete().to(applications::destroy)),
    )
    .service(
        resource("/applications/{id}/secrets")
            .route(get_or_head(applications::secrets::list))
            .route(post().to(applications::secrets::create)),
    )
    .service(resource("/applications/{id}/secrets/{name}").route(delete().to(applications::secrets::destroy)))
    .service(resource("/configs/jwt-customizer").route(get_or_head(jwt_customizer::list)))
    .service(resource("/configs/jwt-customizer/test").route(post().to(jwt_customizer::test)))
    .service(
        resource("/configs/jwt-customizer/{token_type}")
            .route(get_or_head(jwt_customizer::show))
            .route(put().to(jwt_customizer::replace))
            .route(patch().to(jwt_customizer::update))
            .route(delete().to(jwt_customizer::destroy)),
    );
}

/// Users.
fn mount_users(map: &mut ServiceConfig) {
    map.service(resource("/users").route(get_or_head(users::search::list)).route(post().to(users::create)))
        .service(
            resource("/users/{id}")
                .route(get_or_head(users::show))
                .route(patch().to(users::update))
                .route(delete().to(users::destroy)),
        )
        .service(resource("/users/{id}/is-suspended").route(patch().to(users::suspend)))
        .service(
            resource("/users/{id}/custom-data")
                .route(get_or_head(users::data::show))
                .route(patch().to(users::data::update)),
        )
        .service(
            resource("/users/{id}/logto-configs")
                .route(get_or_head(users::data::show_configs))
                .route(patch().to(users::data::update_configs)),
        )
        .service(resource("/users/{id}/profile").route(patch().to(users::data::update_profile)))
        .service(resource("/users/{id}/has-password").route(get_or_head(users::passwords::show)))
        .service(resource("/users/{id}/password").route(patch().to(users::passwords::set)))
        .service(resource("/users/{id}/password/verify").route(post().to(users::passwords::verify)))
        .service(resource("/users/{id}/password/expiration").route(patch().to(users::passwords::expire)))
        .service(
            resource("/users/{id}/sessions")
                .route(get_or_head(users::sessions::list))
                .route(delete().to(users::sessions::destroy_all)),
        )
        .service(resource("/users/{id}/sessions/{session}").route(delete().to(users::sessions::destroy)));
}

/// The audit log and lockouts.
fn mount_logs_and_lockouts(map: &mut ServiceConfig) {
    map.service(resource("/logs").route(get_or_head(logs::list)))
        .service(resource("/logs/{id}").route(get_or_head(logs::show)))
        .service(resource("/sentinel-activities/delete").route(post().to(lockouts::unlock)));
}

/// Webhooks and their deliveries.
fn mount_webhooks(map: &mut ServiceConfig) {
    map.service(resource("/hooks").route(get_or_head(webhooks::list)).route(post().to(webhooks::create)))
        .service(
            resource("/hooks/{id}")
                .route(get_or_head(webhooks::show))
                .route(patch().to(webhooks::update))
                .route(delete().to(webhooks::destroy)),
        )
        .service(resource("/hooks/{id}/test").route(post().to(webhooks::test::send)))
        .service(resource("/hooks/{id}/signing-key").route(patch().to(webhooks::rotate_signing_key)))
        .service(resource("/hooks/{id}/recent-logs").route(get_or_head(webhooks::deliveries::list_logs)))
        .service(resource("/hooks/{id}/deliveries").route(get_or_head(webhooks::deliveries::list)))
        .service(
            resource("/hooks/{id}/deliveries/{delivery}/replay")
                .route(post().to(webhooks::deliveries::replay)),
        )
        .service(resource("/hooks/{id}/replay").route(post().to(webhooks::deliveries::replay_all)));
}

/// Message templates, verification codes and one-time tokens.
fn mount_messages(map: &mut ServiceConfig) {
    map.service(
        resource("/email-templates")
            .route(get_or_head(templates::list))
            .route(put().to(templates::replace))
            .route(delete().to(templates::destroy_all)),
    )
    .service(resource("/email-templates/preview").route(post().to(templates::preview)))
    .service(
        resource("/email-templates/language-tag/{language_tag}")
            .route(delete().to(templates::destroy_language)),
    )
    .service(
        resource("/email-templates/template-type/{template_type}")
            .route(delete().to(templates::destroy_type)),
    )
    .service(
        resource("/email-templates/{id}")
            .route(get_or_head(templates::show))
            .route(delete().to(templates::destroy)),
    )
    .service(resource("/email-templates/{id}/details").route(patch().to(templates::update)))
    .service(resource("/verification-codes").route(post().to(verification_codes::create)))
    .service(resource("/verification-codes/verify").route(post().to(verification_codes::verify)))
    .service(
        resource("/one-time-tokens")
            .route(get_or_head(one_time_tokens::list))
            .route(post().to(one_time_tokens::create)),
    )
    .service(resource("/one-time-tokens/verify").route(post().to(one_time_tokens::verify)))
    .service(
        resource("/one-time-tokens/{id}")
            .route(get_or_head(one_time_tokens::show))
            .route(delete().to(one_time_tokens::destroy)),
    )
    .service(resource("/one-time-tokens/{id}/status").route(put().to(one_time_tokens::change)));
}
