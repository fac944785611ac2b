//! What pages are compared with: the same server library with one handler that answers bytes from memory. Run as a process of its own,
//! as the product is.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use actix_web::web::{Bytes, to};
use actix_web::{App, HttpResponse, HttpServer};

use crate::proc;
use crate::product::{Home, Running};

/// Answers with this page until killed.
pub fn serve(page: &Path, workers: usize) -> anyhow::Result<()> {
    let page = Bytes::from(std::fs::read(page)?);
    actix_web::rt::System::new().block_on(async {
        let server = HttpServer::new(move || {
            let page = page.clone();
            App::new().default_service(to(move || {
                let page = page.clone();
                async move { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page) }
            }))
        });
        let server = server.workers(workers).bind("127.0.0.1:0")?;
        for address in server.addrs() {
            writeln!(std::io::stdout(), "http://{address}")?;
        }
        Ok(server.run().await?)
    })
}

/// Starts it with as many threads as the product has.
pub fn start(home: &Home, page: &str) -> anyhow::Result<Running> {
    let file = home.path.join("page.html");
    std::fs::write(&file, page)?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("bare").arg(file).arg(proc::cores().to_string());
    Running::start(command)
}
