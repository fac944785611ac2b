//! P11: what a page weighs on the wire, its styles included, with and without the script.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::browser::{Browser, Page, asset, ip};
use crate::http::Connection;
use crate::options::Options;
use crate::people::{PASSWORD, phone};
use crate::product::{self, Home, Running};
use crate::report::{self, Goal};
use crate::sms::Sms;

const KIB: f64 = 1024.0;

/// P11.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let (home, sms) = (Home::new()?, Sms::open()?);
    product::import(options, &home, 0..2)?;
    let server = product::serve(options, &home, sms.address)?;
    let pages = tour(&server, &sms)?;
    let (_, first) = pages.first().ok_or_else(|| anyhow::anyhow!("no pages"))?;
    let styles = wire_size(&server, &asset(first, "app.css")?)? / KIB;
    let script = wire_size(&server, &asset(first, "app.js")?)? / KIB;
    for (name, page) in &pages {
        let bytes = page.body.len() as f64 / KIB;
        let html = compressed(page.body.as_bytes())? / KIB;
        let raw =
            format!("HTML {html:.2} ({bytes:.1} as it is sent), styles {styles:.2}, script {script:.2} KiB");
        let light = html + styles;
        let what = format!("{name}: HTML and CSS, KiB");
        report::row("P11", &what, &raw).value(light, Goal::AtMost(12.0));
        if light + script > 30.0 {
            report::row("P11", &format!("{name}: with the script"), "")
                .value(light + script, Goal::AtMost(30.0));
        }
    }
    Ok(())
}

/// Every page that a person meets, each as the last answer of a real visit.
fn tour(server: &Running, sms: &Sms) -> anyhow::Result<Vec<(&'static str, Page)>> {
    let mut connection = Connection::open(server.address)?;
    let mut browser = Browser::new(&mut connection, 1);
    let code_page = "/forgot-password/verification-code";
    let mut pages =
        vec![("sign-in", browser.open("/sign-in")?), ("forgot", browser.open("/forgot-password")?)];
    let expected = sms.expect(&phone(0));
    browser.submit("/forgot-password", &[("identifier", &phone(0))], code_page)?;
    pages.push(("code", browser.open(code_page)?));
    pages.push(("code, wrong", browser.post(code_page, &[("code", "000000")])?));
    browser.submit(code_page, &[("code", &expected.code()?)], "/forgot-password/reset")?;
    pages.push(("new password", browser.open("/forgot-password/reset")?));
    pages.push(("new password, weak", browser.post("/forgot-password/reset", &[("newPassword", "aaaa")])?));
    browser.submit(
        "/forgot-password/reset",
        &[("newPassword", "eleven herons over rivers")],
        "/forgot-password/done",
    )?;
    pages.push(("done", browser.open("/forgot-password/done")?));
    browser.open("/sign-in")?;
    browser.submit("/sign-in", &[("identifier", &phone(1)), ("password", PASSWORD)], "/account")?;
    pages.push(("account", browser.open("/account")?));
    pages.push(("change password", browser.open("/account/password")?));
    Ok(pages)
}

fn compressed(bytes: &[u8]) -> anyhow::Result<f64> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len() as f64)
}

/// The bytes of a file as the server sends it to a browser that takes gzip.
fn wire_size(server: &Running, path: &str) -> anyhow::Result<f64> {
    let header = "accept-encoding: gzip\r\n";
    let request = crate::browser::get(path, &ip(1), header);
    let mut connection = Connection::open(server.address)?;
    let answer = connection.exchange(request.as_bytes())?;
    anyhow::ensure!(answer.header("content-encoding") == Some("gzip"), "{path} is not compressed");
    Ok(answer.body.len() as f64)
}
