//! The HTTP server: middleware order, routes and graceful shutdown. It serves the public port and, unless it
//! is off, the admin port, the only one with metrics.

mod body_timeout;
mod connections;

use std::net::TcpListener;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{Server, ServiceRequest};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{Data, PayloadConfig, ServiceConfig};
use actix_web::{App as Actix, HttpServer};
use anyhow::Context as _;

use crate::app::AppState;
use crate::http::middleware::{self, cookies};
use crate::http::routes::mount_operator;
use crate::http::server::connections::OpenConnections;

pub use crate::http::server::connections::raise_open_files;

/// The largest body that is read anywhere, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How long receiving a request's headers may take.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// Adds every route of the public port; with `true`, those of the development, too.
pub type Mount = fn(&mut ServiceConfig, bool);

/// Starts the public port. Middleware from the outside in: the time limit of bodies; request id, span,
/// response headers and CSRF check; the flow-state cookie; the error pages, which use the flow state's
/// language; the routes.
pub fn start_public(app: &Data<AppState>, listener: TcpListener, mount: Mount) -> anyhow::Result<Server> {
    let app = app.clone();
    let open = OpenConnections::new(app.site.connections.per_network, app.site.forwarding.clone());
    let workers = available_parallelism().map_or(1, usize::from);
    let drain_seconds = app.shutdown.drain_time().as_secs().max(1);
    let server = HttpServer::new(move || {
        let site = &app.site;
        let dev = app.site.dev;
        let limits = app.site.connections.clone();
        Actix::new()
            .app_data(app.clone())
            .app_data(PayloadConfig::new(MAX_BODY_BYTES))
            .wrap(from_fn(middleware::add_error_pages))
            .wrap(cookies::flow_cookie_middleware(site, app.keys.cookie_key()))
            .wrap(from_fn(cookies::reencrypt_flow_cookie))
            .wrap(from_fn(middleware::wrap_request))
            .wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| {
                body_timeout::limit_body(limits.clone(), request, next)
            }))
            .configure(|map| mount(map, dev))
    });
    let server = server
        .workers(workers)
        .max_connections(connections::per_worker(workers))
        .on_connect(move |connection, kept| open.admit(connection, kept))
        .client_request_timeout(HEADER_TIMEOUT)
        .disable_signals()
        .shutdown_timeout(drain_seconds)
        .keep_alive(KEEP_ALIVE);
    Ok(server.listen(listener).context("can't listen")?.run())
}

/// Starts the admin port; it stops with the program.
pub fn start_admin(app: &Data<AppState>, listener: TcpListener) -> anyhow::Result<Server> {
    let app = app.clone();
    let server = HttpServer::new(move || Actix::new().app_data(app.clone()).configure(mount_operator));
    let server = server.workers(1).disable_signals().shutdown_timeout(1);
    Ok(server.listen(listener).context("can't listen on admin_listen")?.run())
}
