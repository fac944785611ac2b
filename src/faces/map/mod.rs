//! The URL map: which address is whose. Each audience has a file, and this one puts them together. The order is that of trying: pages first,
//! which people wait for; addresses with a part that varies last.

mod account;
mod apps;
mod experience;
mod graphql;
mod json;
mod management;
mod pages;
mod sdk;

use actix_web::guard::{Any, Get, Head};
use actix_web::web::{ServiceConfig, post, resource, route, scope};
use actix_web::{Handler, Responder, Route};

use super::common::urls;
use super::dev::{self, demo_app, gallery, sdk_demo};
use super::operator;
use super::pages::apps::consent;
use super::pages::{account as account_page, link, not_me, static_files};
use super::sdk::file;

/// Everything on the public port.
pub fn mount(map: &mut ServiceConfig, dev: bool) {
    map.configure(pages::mount)
        .configure(apps::mount)
        .configure(graphql::mount)
        .service(
            scope("/api")
                .configure(json::mount)
                .configure(experience::mount)
                .configure(account::mount)
                .configure(sdk::mount)
                .configure(management::mount),
        )
        .configure(with_a_name)
        .configure(alive);
    if dev {
        map.service(resource(urls::INBOX).route(look(dev::inbox)))
            .service(resource("/dev/inbox/{n}").route(look(dev::message)))
            .service(resource(urls::DESIGN).route(look(gallery::show)))
            .service(resource("/design/{name}/{state}").route(look(gallery::sample)))
            .service(resource(urls::DEMO_APP).route(look(demo_app::show)))
            .service(resource(urls::SDK_DEMO).route(look(sdk_demo::show)));
    }
}

/// What an operator's machines ask on the admin port. The counts are on no other: they would tell strangers what happens here.
pub fn mount_operator(map: &mut ServiceConfig) {
    map.configure(alive).service(resource("/metrics").route(look(operator::metrics)));
}

/// What load balancers ask on either port.
fn alive(map: &mut ServiceConfig) {
    map.service(resource("/health").route(look(operator::health)))
        .service(resource("/ready").route(look(operator::ready)));
}

/// Addresses with a part that varies. They come last: the map is tried from the top, and these are the slow ones to try.
fn with_a_name(map: &mut ServiceConfig) {
    map.service(resource(urls::STATIC).route(look(static_files::send)))
        .service(resource(urls::SDK_FILE).route(look(file::send)))
        .service(resource(urls::END_ONE).route(post().to(account_page::end_one)))
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
