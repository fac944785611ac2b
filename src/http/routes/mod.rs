//! The URL map: the pages here, the rest in the crate below. Routes are matched in order: pages come first,
//! because people wait for them, and paths with parameters last.

mod apps;
mod pages;

use actix_web::web::{ServiceConfig, post, resource, scope};

use crate::http::api_reference;
use crate::http::dev::{self, demo_app, gallery};
use crate::http::pages::apps::consent;
use crate::http::pages::{account as account_page, dispute, link, static_files};
use rekey_server::http::routes::{get_or_head, mount_graphql, mount_health, mount_json, urls};
use rekey_server::http::sdk_api::sdk_file;

/// Adds every route of the public port.
pub fn mount(map: &mut ServiceConfig, dev: bool) {
    map.configure(pages::mount)
        .configure(apps::mount)
        .configure(mount_graphql)
        .service(
            scope("/api")
                .service(resource("/docs").route(get_or_head(api_reference::show)))
                .configure(mount_json),
        )
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

/// Paths with parameters. They come last: routes are tried in order, and these are slow to match.
fn mount_dynamic_routes(map: &mut ServiceConfig) {
    map.service(resource(urls::STATIC).route(get_or_head(static_files::send)))
        .service(resource(urls::SDK_FILE).route(get_or_head(sdk_file::send)))
        .service(resource(urls::END_ONE).route(post().to(account_page::end_session)))
        .service(resource(urls::END_SHARING).route(post().to(consent::withdraw)))
        .service(resource("/not-me/{token}").route(get_or_head(dispute::open)))
        .service(resource("/forgot-password/link/{token}").route(get_or_head(link::open)));
}
