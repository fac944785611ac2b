//! The HTTP server: middleware order, every face mounted, a graceful stop. The public port and, when configured, the admin port
//! with health and metrics apart. It knows no page.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App as Actix, HttpServer};
use anyhow::Context as _;

use crate::app::App;
use crate::faces::common::{cookies, wall};
use crate::faces::{mount, mount_operator};

/// Seconds that running requests get after SIGTERM.
const LAST_REQUESTS: u64 = 30;
/// The largest body that is read anywhere, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// The public port. Outermost first: name, span, headers and the wall; then the journey's cookie; then the page
/// of an empty answer, which speaks the journey's language; then the map. `apart` says that
/// health and metrics are on the admin port.
pub fn public(app: &Data<App>, listener: TcpListener, apart: bool) -> anyhow::Result<Server> {
    let app = app.clone();
    let server = HttpServer::new(move || {
        let (site, dev) = (&app.site, app.site.dev);
        Actix::new()
            .app_data(app.clone())
            .app_data(PayloadConfig::new(LARGEST_BODY))
            .wrap(from_fn(wall::dress))
            .wrap(cookies::journey(site, app.keys.cookie()))
            .wrap(from_fn(cookies::renew))
            .wrap(from_fn(wall::around))
            .configure(|map| mount(map, dev, !apart))
    });
    let server = server.shutdown_timeout(LAST_REQUESTS).keep_alive(KEEP_ALIVE);
    Ok(server.listen(listener).context("can't listen")?.run())
}

/// The admin port; it stops with the program.
pub fn admin(app: &Data<App>, listener: TcpListener) -> anyhow::Result<Server> {
    let app = app.clone();
    let server = HttpServer::new(move || Actix::new().app_data(app.clone()).configure(mount_operator));
    let server = server.workers(1).disable_signals().shutdown_timeout(1);
    Ok(server.listen(listener).context("can't listen on admin_listen")?.run())
}
