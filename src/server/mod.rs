//! The HTTP server: middleware order, every face mounted, a graceful stop. The public port and, unless it is off, the admin port,
//! the only one with metrics. It knows no page.

mod bodies;
mod connections;

use std::net::TcpListener;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{Server, ServiceRequest};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App as Actix, HttpServer};
use anyhow::Context as _;

use crate::app::App;
use crate::faces::common::{cookies, wall};
use crate::faces::{mount, mount_operator};

use self::connections::OpenConnections;

pub use self::connections::raise_open_files;

/// Seconds that running requests get after SIGTERM.
const LAST_REQUESTS: u64 = 30;
/// The largest body that is read anywhere, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(10);

/// The public port. Outermost first: the bounds of a body; name, span, headers and the wall; then the journey's cookie; then the page
/// of an empty answer, which speaks the journey's language; then the map.
pub fn public(app: &Data<App>, listener: TcpListener) -> anyhow::Result<Server> {
    let app = app.clone();
    let open = OpenConnections::new(app.site.connections.per_network, app.site.forwarding.clone());
    let workers = available_parallelism().map_or(1, usize::from);
    let server = HttpServer::new(move || {
        let (site, dev, limits) = (&app.site, app.site.dev, app.site.connections.clone());
        Actix::new()
            .app_data(app.clone())
            .app_data(PayloadConfig::new(LARGEST_BODY))
            .wrap(from_fn(wall::dress))
            .wrap(cookies::journey(site, app.keys.cookie()))
            .wrap(from_fn(cookies::renew))
            .wrap(from_fn(wall::around))
            .wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| {
                bodies::bound(limits.clone(), request, next)
            }))
            .configure(|map| mount(map, dev))
    });
    let server = server
        .workers(workers)
        .max_connections(connections::per_worker(workers))
        .on_connect(move |connection, kept| open.admit(connection, kept))
        .client_request_timeout(HEAD)
        .shutdown_timeout(LAST_REQUESTS)
        .keep_alive(KEEP_ALIVE);
    Ok(server.listen(listener).context("can't listen")?.run())
}

/// The admin port; it stops with the program.
pub fn admin(app: &Data<App>, listener: TcpListener) -> anyhow::Result<Server> {
    let app = app.clone();
    let server = HttpServer::new(move || Actix::new().app_data(app.clone()).configure(mount_operator));
    let server = server.workers(1).disable_signals().shutdown_timeout(1);
    Ok(server.listen(listener).context("can't listen on admin_listen")?.run())
}
