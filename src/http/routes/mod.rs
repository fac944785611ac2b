//! The URL map, by audience. Routes are matched in order: pages come first, because
//! people wait for them, and paths with parameters last.

mod apps;
mod flow;
mod json;
mod management;
mod pages;
/// Every URL.
pub mod urls;

use actix_web::guard::{Any, Get, Head};
use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, post, resource, route, scope, to};
use actix_web::{Handler, Responder, Route};

use crate::http::dev::{self, demo_app, gallery};
use crate::http::graphql::{execute_request, method_not_allowed};
use crate::http::health;
use crate::http::middleware::cors;
use crate::http::pages::apps::consent;
use crate::http::pages::{account as account_page, dispute, link, static_files};
use crate::http::sdk_api::sdk_file;

/// Adds every route of the public port.
pub fn mount(map: &mut ServiceConfig, dev: bool) {
    map.configure(pages::mount)
        .configure(apps::mount)
        .configure(mount_graphql)
        .service(scope("/api").configure(json::mount).configure(management::mount))
        .configure(mount_dynamic_routes)
        .configure(mount_health);
    if dev {
        map.service(resource(urls::INBOX).route(get_or_head(dev::show_inbox)))
            .service(resource("/dev/inbox/{n}").route(get_or_head(dev::show_message)))
            .service(resource(urls::DESIGN).route(get_or_head(gallery::show)))
            .service(resource("/design/{name}/{state}").route(get_or_head(gallery::show_sample)))
            .service(resource(urls::DEMO_APP).route(get_or_head(demo_app::show)))
            .service(resource(urls::SDK_DEMO).route(get_or_head(demo_app::show_sdk)));
    }
}

/// GraphQL, at our own path and at the one that clients of the Contember Tenant API use. Scripts of
/// registered applications may read the responses. Other methods get their own response, so that no error
/// page replaces it.
fn mount_graphql(map: &mut ServiceConfig) {
    map.service(
        resource(urls::GRAPHQL)
            .wrap(from_fn(cors::allow_graphql_origins))
            .route(post().to(execute_request))
            .default_service(to(method_not_allowed)),
    )
    .service(
        resource(urls::TENANT)
            .wrap(from_fn(cors::allow_graphql_origins))
            .route(post().to(execute_request))
            .default_service(to(method_not_allowed)),
    );
}

/// Adds the routes of the admin port. Metrics are on no other port: they would reveal activity to the public.
pub fn mount_operator(map: &mut ServiceConfig) {
    map.configure(mount_health).service(resource("/metrics").route(get_or_head(health::metrics)));
}

/// Health checks, on either port.
fn mount_health(map: &mut ServiceConfig) {
    map.service(resource("/health").route(get_or_head(health::health)))
        .service(resource("/ready").route(get_or_head(health::ready)));
}

/// Paths with parameters. They come last: routes are tried in order, and these are slow to match.
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
