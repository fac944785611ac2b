//! The outside: one folder per audience. A face parses, asks the domain, and says the answer. This file is the whole URL map.

/// What every face shares.
pub mod common;
/// The inbox and the gallery: development only.
pub mod dev;
/// JSON for people who build their own screens.
pub mod experience;
/// The words of mails and short messages.
pub mod mail;
/// JSON for operators' machines.
pub mod management;
/// What apps call, and where they send people.
pub mod oidc;
/// What operators' machines ask: health and metrics.
pub mod operator;
/// The pages people see.
pub mod pages;

use actix_web::guard::{Any, Get, Head};
use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, delete, get, patch, post, put, resource, route, scope};
use actix_web::{Handler, Responder, Route};

use self::common::urls;
use self::dev::{demo_app, gallery};
use self::experience::well_known;
use self::management::{applications, jwt_customizer, one_time_tokens, sign_in_experience, user_sessions};
use self::oidc::{authorize, cors, discovery, token, tokens, userinfo};
use self::pages::apps::{consent, end_session, resume};
use self::pages::new_password::check;
use self::pages::{account, ask, code, entry, link, new_password, not_me, sign_in, sign_up, static_files};

/// Everything on the public port.
pub fn mount(map: &mut ServiceConfig, dev: bool, operator: bool) {
    map.service(resource(urls::ROOT).route(look(entry::root)))
        .service(resource(urls::WELL_KNOWN_CHANGE).route(look(entry::change_password)))
        .service(resource("/api/status").route(look(operator::status)))
        .configure(sign_in_and_account)
        .configure(codes)
        .configure(registration)
        .configure(recovery)
        .configure(apps)
        .configure(apis)
        .configure(management_of_applications)
        .configure(management_of_people)
        .configure(with_a_name);
    if operator {
        map.configure(mount_operator);
    }
    if dev {
        map.service(resource(urls::INBOX).route(look(dev::inbox)))
            .service(resource("/dev/inbox/{n}").route(look(dev::message)))
            .service(resource(urls::DESIGN).route(look(gallery::show)))
            .service(resource("/design/{name}/{state}").route(look(gallery::sample)))
            .service(resource(urls::DEMO_APP).route(look(demo_app::show)));
    }
}

/// What an operator's machines ask; on the admin port when there is one.
pub fn mount_operator(map: &mut ServiceConfig) {
    map.service(resource("/health").route(look(operator::health)))
        .service(resource("/ready").route(look(operator::ready)))
        .service(resource("/metrics").route(look(operator::metrics)));
}

fn sign_in_and_account(map: &mut ServiceConfig) {
    map.service(resource(urls::SIGN_IN).route(look(sign_in::show)).route(post().to(sign_in::submit)))
        .service(resource(urls::SIGN_OUT).route(post().to(sign_in::leave)))
        .service(resource(urls::ACCOUNT).route(look(account::show)))
        .service(
            resource(urls::ACCOUNT_PASSWORD)
                .route(look(account::show_password))
                .route(post().to(account::change_password)),
        )
        .service(resource(urls::ACCOUNT_PASSWORD_CHECK).route(post().to(check::change)))
        .service(resource(urls::END_OTHERS).route(post().to(account::end_others)))
        .service(resource(urls::END_ALL).route(post().to(account::end_all)))
        .service(resource(urls::NOT_ME).route(look(not_me::show)).route(post().to(not_me::submit)));
}

/// Signing in by a code.
fn codes(map: &mut ServiceConfig) {
    map.service(resource(urls::SIGN_IN_SEND).route(post().to(sign_in::send_code)))
        .service(resource(urls::SIGN_IN_CHANGE_ADDRESS).route(post().to(code::change_address)))
        .service(resource(urls::SIGN_IN_CODE).route(look(code::show)).route(post().to(code::submit)))
        .service(resource(urls::SIGN_IN_CODE_RESEND).route(post().to(code::resend)))
        .service(resource(urls::SIGN_IN_CODE_STATE).route(get().to(code::poll)));
}

fn registration(map: &mut ServiceConfig) {
    map.service(resource(urls::REGISTER).route(look(sign_up::show)).route(post().to(sign_up::submit)))
        .service(resource(urls::REGISTER_CHANGE_ADDRESS).route(post().to(code::change_address)))
        .service(resource(urls::REGISTER_CODE).route(look(code::show)).route(post().to(code::submit)))
        .service(resource(urls::REGISTER_CODE_RESEND).route(post().to(code::resend)))
        .service(resource(urls::REGISTER_CODE_STATE).route(get().to(code::poll)))
        .service(
            resource(urls::REGISTER_PASSWORD)
                .route(look(sign_up::show_password))
                .route(post().to(sign_up::submit_password)),
        )
        .service(resource(urls::REGISTER_PASSWORD_CHECK).route(post().to(check::choose)));
}

fn recovery(map: &mut ServiceConfig) {
    map.service(resource(urls::FORGOT).route(look(ask::show)).route(post().to(ask::submit)))
        .service(resource(urls::RESET_PASSWORD).route(look(ask::show_focused)))
        .service(
            resource(urls::ONE_TIME)
                .route(look(link::one_time::show))
                .route(post().to(link::one_time::redeem)),
        )
        .service(resource(urls::FORGOT_START).route(post().to(ask::start)))
        .service(resource(urls::CHANGE_ADDRESS).route(post().to(code::change_address)))
        .service(resource(urls::CODE).route(look(code::show)).route(post().to(code::submit)))
        .service(resource(urls::CODE_RESEND).route(post().to(code::resend)))
        .service(resource(urls::CODE_STATE).route(get().to(code::poll)))
        .service(resource(urls::CODE_CONTINUE).route(post().to(code::proceed)))
        .service(
            resource(urls::NEW_PASSWORD)
                .route(look(new_password::show))
                .route(post().to(new_password::submit)),
        )
        .service(resource(urls::NEW_PASSWORD_CHECK).route(post().to(check::reset)))
        .service(resource(urls::DONE).route(look(new_password::done)))
        .service(resource(urls::LINK).route(look(link::show)).route(post().to(link::follow)))
        .service(resource(urls::LINK_MATCH).route(post().to(link::match_number)))
        .service(resource(urls::LINK_AGAIN).route(post().to(link::again)));
}

/// OpenID Connect. What apps call looks at no cookie; where they send people is open to nobody's scripts.
fn apps(map: &mut ServiceConfig) {
    map.service(resource(urls::CONSENT).route(look(consent::show)).route(post().to(consent::submit)))
        .service(
            scope(urls::OIDC)
                .wrap(from_fn(cors::open))
                .service(resource("/.well-known/openid-configuration").route(look(discovery::show)))
                .service(resource("/.well-known/oauth-authorization-server").route(look(discovery::show)))
                .service(resource("/jwks").route(look(discovery::keys)))
                .service(
                    resource("/auth").route(get().to(authorize::show)).route(post().to(authorize::submit)),
                )
                .service(resource("/auth/{id}").route(get().to(resume::go_on)))
                .service(resource("/request").route(post().to(token::push)))
                .service(resource("/token").route(post().to(token::give)))
                .service(resource("/token/revocation").route(post().to(tokens::revoke)))
                .service(resource("/token/introspection").route(post().to(tokens::introspect)))
                .service(resource("/me").route(look(userinfo::show)).route(post().to(userinfo::show)))
                .service(
                    resource("/session/end")
                        .route(look(end_session::show))
                        .route(post().to(end_session::submit)),
                )
                .service(resource("/session/end/confirm").route(post().to(end_session::confirm))),
        );
}

/// JSON. Each handler's first argument is its check.
fn apis(map: &mut ServiceConfig) {
    map.service(resource("/api/.well-known/sign-in-exp").route(look(well_known::sign_in_experience)))
        .service(
            resource("/api/sign-in-exp")
                .route(look(sign_in_experience::show))
                .route(patch().to(sign_in_experience::update)),
        )
        .service(
            resource("/api/sign-in-exp/default/check-password")
                .route(post().to(sign_in_experience::check_password)),
        );
}

/// JSON for operators' machines: people.
fn management_of_people(map: &mut ServiceConfig) {
    map.service(
        resource("/api/users/{id}/sessions")
            .route(look(user_sessions::list))
            .route(delete().to(user_sessions::destroy_all)),
    )
    .service(resource("/api/one-time-tokens").route(post().to(one_time_tokens::create)))
    .service(resource("/api/users/{id}/sessions/{session}").route(delete().to(user_sessions::destroy)));
}

/// JSON for operators' machines: applications, and what is added to their tokens.
fn management_of_applications(map: &mut ServiceConfig) {
    map.service(
        resource("/api/applications").route(look(applications::list)).route(post().to(applications::create)),
    )
    .service(
        resource("/api/applications/{id}")
            .route(look(applications::show))
            .route(patch().to(applications::update))
            .route(delete().to(applications::destroy)),
    )
    .service(
        resource("/api/applications/{id}/secrets")
            .route(look(applications::secrets::list))
            .route(post().to(applications::secrets::create)),
    )
    .service(
        resource("/api/applications/{id}/secrets/{name}").route(delete().to(applications::secrets::destroy)),
    )
    .service(resource("/api/configs/jwt-customizer").route(look(jwt_customizer::list)))
    .service(resource("/api/configs/jwt-customizer/test").route(post().to(jwt_customizer::test)))
    .service(
        resource("/api/configs/jwt-customizer/{token_type}")
            .route(look(jwt_customizer::show))
            .route(put().to(jwt_customizer::replace))
            .route(patch().to(jwt_customizer::update))
            .route(delete().to(jwt_customizer::destroy)),
    );
}

/// Addresses with a part that varies. They come last: the map is tried from the top, and these are the slow ones to try.
fn with_a_name(map: &mut ServiceConfig) {
    map.service(resource(urls::STATIC).route(look(static_files::send)))
        .service(resource(urls::END_ONE).route(post().to(account::end_one)))
        .service(resource(urls::END_SHARING).route(post().to(consent::withdraw)))
        .service(resource("/not-me/{token}").route(look(not_me::open)))
        .service(resource("/forgot-password/link/{token}").route(look(link::open)));
}

/// GET and HEAD: link scanners send both, and neither changes anything (get_is_safe).
fn look<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: actix_web::FromRequest + 'static,
    F::Output: Responder + 'static,
{
    route().guard(Any(Get()).or(Head())).to(handler)
}
