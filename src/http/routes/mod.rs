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
use super::health;
use super::pages::apps::consent;
use super::pages::{account as account_page, dispute, link, static_files};
use super::sdk::sdk_file;

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
        .configure(mount_dynamic_routes)
        .configure(mount_health);
    if dev {
        map.service(resource(urls::INBOX).route(get_or_head(dev::show_inbox)))
            .service(resource("/dev/inbox/{n}").route(get_or_head(dev::show_message)))
            .service(resource(urls::DESIGN).route(get_or_head(gallery::show)))
            .service(resource("/design/{name}/{state}").route(get_or_head(gallery::show_sample)))
            .service(resource(urls::DEMO_APP).route(get_or_head(demo_app::show)))
            .service(resource(urls::SDK_DEMO).route(get_or_head(sdk_demo::show)));
    }
}

/// What an operator's machines ask on the admin port. The counts are on no other: they would tell strangers what happens here.
pub fn mount_operator(map: &mut ServiceConfig) {
    map.configure(mount_health).service(resource("/metrics").route(get_or_head(health::metrics)));
}

/// What load balancers ask on either port.
fn mount_health(map: &mut ServiceConfig) {
    map.service(resource("/health").route(get_or_head(health::health)))
        .service(resource("/ready").route(get_or_head(health::ready)));
}

/// Addresses with a part that varies. They come last: the map is tried from the top, and these are the slow ones to try.
fn mount_dynamic_routes(map: &mut ServiceConfig) {
    map.service(resource(urls::STATIC).route(get_or_head(static_files::send)))
        .service(resource(urls::SDK_FILE).route(get_or_head(sdk_file::send)))
        .service(resource(urls::END_ONE).route(post().to(account_page::end_session)))
        .service(resource(urls::END_SHARING).route(post().to(consent::withdraw)))
        .service(resource("/not-me/{token}").route(get_or_head(dispute::open)))
        .service(resource("/forgot-password/link/{token}").route(get_or_head(link::open)));
}

/// GET and HEAD: link scanners send both, and neither changes anything (get_is_safe).
fn get_or_head<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: actix_web::FromRequest + 'static,
    F::Output: Responder + 'static,
{
    route().guard(Any(Get()).or(Head())).to(handler)
}
