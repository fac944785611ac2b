//! JSON for operators' machines, below `/api`. Each handler's first argument is its check.

use actix_web::web::{ServiceConfig, delete, patch, post, put, resource};

use super::look;
use crate::faces::management::settings::{
    account_center, captcha_provider, jwt_customizer, sign_in_experience,
};
use crate::faces::management::{
    applications, connectors, hooks, logs, one_time_tokens, sentinel, templates, users, verification_codes,
};

/// Every part.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.configure(experience)
        .configure(all_applications)
        .configure(people)
        .configure(messages)
        .configure(ways_out)
        .configure(watching)
        .configure(all_hooks);
}

/// How people sign in.
fn experience(map: &mut ServiceConfig) {
    map.service(
        resource("/sign-in-exp")
            .route(look(sign_in_experience::show))
            .route(patch().to(sign_in_experience::update)),
    )
    .service(
        resource("/sign-in-exp/default/check-password").route(post().to(sign_in_experience::check_password)),
    )
    .service(
        resource("/account-center")
            .route(look(account_center::show))
            .route(patch().to(account_center::update)),
    )
    .service(
        resource("/captcha-provider")
            .route(look(captcha_provider::show))
            .route(put().to(captcha_provider::replace))
            .route(delete().to(captcha_provider::destroy)),
    );
}

/// The ways messages leave the building.
fn ways_out(map: &mut ServiceConfig) {
    map.service(resource("/connectors").route(look(connectors::list)).route(post().to(connectors::create)))
        .service(resource("/connectors/{id}/test").route(post().to(connectors::factories::test)))
        .service(
            resource("/connectors/{id}")
                .route(look(connectors::show))
                .route(patch().to(connectors::update))
                .route(delete().to(connectors::delete)),
        )
        .service(resource("/connector-factories").route(look(connectors::factories::list)))
        .service(resource("/connector-factories/{id}").route(look(connectors::factories::show)));
}

/// Applications, and what is added to their tokens.
fn all_applications(map: &mut ServiceConfig) {
    map.service(
        resource("/applications").route(look(applications::list)).route(post().to(applications::create)),
    )
    .service(
        resource("/applications/{id}")
            .route(look(applications::show))
            .route(patch().to(applications::update))
            .route(delete().to(applications::destroy)),
    )
    .service(
        resource("/applications/{id}/secrets")
            .route(look(applications::secrets::list))
            .route(post().to(applications::secrets::create)),
    )
    .service(resource("/applications/{id}/secrets/{name}").route(delete().to(applications::secrets::destroy)))
    .service(resource("/configs/jwt-customizer").route(look(jwt_customizer::list)))
    .service(resource("/configs/jwt-customizer/test").route(post().to(jwt_customizer::test)))
    .service(
        resource("/configs/jwt-customizer/{token_type}")
            .route(look(jwt_customizer::show))
            .route(put().to(jwt_customizer::replace))
            .route(patch().to(jwt_customizer::update))
            .route(delete().to(jwt_customizer::destroy)),
    );
}

/// People.
fn people(map: &mut ServiceConfig) {
    map.service(resource("/users").route(look(users::list)).route(post().to(users::create)))
        .service(
            resource("/users/{id}")
                .route(look(users::show))
                .route(patch().to(users::update))
                .route(delete().to(users::destroy)),
        )
        .service(resource("/users/{id}/is-suspended").route(patch().to(users::suspend)))
        .service(
            resource("/users/{id}/custom-data")
                .route(look(users::data::show))
                .route(patch().to(users::data::update)),
        )
        .service(
            resource("/users/{id}/logto-configs")
                .route(look(users::data::show_configs))
                .route(patch().to(users::data::update_configs)),
        )
        .service(resource("/users/{id}/profile").route(patch().to(users::data::update_profile)))
        .service(resource("/users/{id}/has-password").route(look(users::passwords::has)))
        .service(resource("/users/{id}/password").route(patch().to(users::passwords::set)))
        .service(resource("/users/{id}/password/verify").route(post().to(users::passwords::verify)))
        .service(resource("/users/{id}/password/expiration").route(patch().to(users::passwords::expire)))
        .service(
            resource("/users/{id}/sessions")
                .route(look(users::sessions::list))
                .route(delete().to(users::sessions::destroy_all)),
        )
        .service(resource("/users/{id}/sessions/{session}").route(delete().to(users::sessions::destroy)));
}

/// What happened, and locks.
fn watching(map: &mut ServiceConfig) {
    map.service(resource("/logs").route(look(logs::list)))
        .service(resource("/logs/{id}").route(look(logs::show)))
        .service(resource("/sentinel-activities/delete").route(post().to(sentinel::unlock)));
}

/// Hooks, and what they were told.
fn all_hooks(map: &mut ServiceConfig) {
    map.service(resource("/hooks").route(look(hooks::list)).route(post().to(hooks::create)))
        .service(
            resource("/hooks/{id}")
                .route(look(hooks::show))
                .route(patch().to(hooks::update))
                .route(delete().to(hooks::destroy)),
        )
        .service(resource("/hooks/{id}/test").route(post().to(hooks::trial::send)))
        .service(resource("/hooks/{id}/signing-key").route(patch().to(hooks::rotate)))
        .service(resource("/hooks/{id}/recent-logs").route(look(hooks::deliveries::logs)))
        .service(resource("/hooks/{id}/deliveries").route(look(hooks::deliveries::list)))
        .service(
            resource("/hooks/{id}/deliveries/{delivery}/replay").route(post().to(hooks::deliveries::replay)),
        )
        .service(resource("/hooks/{id}/replay").route(post().to(hooks::deliveries::replay_all)));
}

/// What is written to people: its words, and codes and tokens that operators ask for.
fn messages(map: &mut ServiceConfig) {
    map.service(
        resource("/email-templates")
            .route(look(templates::list))
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
        resource("/email-templates/{id}").route(look(templates::show)).route(delete().to(templates::destroy)),
    )
    .service(resource("/email-templates/{id}/details").route(patch().to(templates::update)))
    .service(resource("/verification-codes").route(post().to(verification_codes::create)))
    .service(resource("/verification-codes/verify").route(post().to(verification_codes::verify)))
    .service(
        resource("/one-time-tokens")
            .route(look(one_time_tokens::list))
            .route(post().to(one_time_tokens::create)),
    )
    .service(resource("/one-time-tokens/verify").route(post().to(one_time_tokens::verify)))
    .service(
        resource("/one-time-tokens/{id}")
            .route(look(one_time_tokens::show))
            .route(delete().to(one_time_tokens::destroy)),
    )
    .service(resource("/one-time-tokens/{id}/status").route(put().to(one_time_tokens::change)));
}
