//! What API clients ask about people, of a thousand and of a million: pages of everybody, and searches. The
//! many are imported by the product itself, which takes most of the time of this row.

use std::time::Instant;

use anyhow::ensure;

use crate::hashing;
use crate::http::Connection;
use crate::options::Options;
use crate::people::PASSWORD;
use crate::product::{self, Home, Running};
use crate::report::{self, Goal};
use crate::rounds;
use crate::stats::median;

/// The bearer of these machines.
const KEY: &str = "bench-0123456789-0123456789-0123456789";
/// The fewer people.
const FEW: usize = 1_000;
/// The most that the many may take, of the time that the few take.
const GOAL: f64 = 1.5;

/// What is asked, and how it is called.
const QUESTIONS: [(&str, &str); 6] = [
    ("the first page of everybody", "/api/users?page=1&page_size=20"),
    ("page 30 of everybody", "/api/users?page=30&page_size=20"),
    ("a page after somebody", "/api/users?cursor=b00000000500&page_size=20"),
    ("a search for a whole address", "/api/users?search=person0000500%40example.org&page=1"),
    ("a search for a beginning that ten share", "/api/users?search=person000050%25&page=1"),
    ("a search for a beginning that all share", "/api/users?search=person%25&page=1"),
];

/// A server with so many people.
struct Side {
    server: Running,
    _home: Home,
}

/// The rows of the API.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let began = Instant::now();
    let (few, many) = (side(options, FEW)?, side(options, options.people)?);
    report::line(&format!(
        "api  {FEW} and {} people imported in {:.0} s",
        options.people,
        began.elapsed().as_secs_f64()
    ));
    for (what, path) in QUESTIONS {
        row(options, (what, path), &few, &many)?;
    }
    Ok(())
}

fn side(options: &Options, people: usize) -> anyhow::Result<Side> {
    let home = Home::new()?;
    let digest = hashing::digest(PASSWORD)?;
    let user = |number: usize| {
        serde_json::json!({
            "id": format!("b{number:011}"),
            "primaryEmail": format!("person{number:07}@example.org"),
            "username": format!("name{number:07}"),
            "name": format!("Somebody {number}"),
            "passwordDigest": digest,
        })
    };
    product::import_all(options, &home, (0..people).map(user))?;
    let keys = serde_json::json!({ "apiKeys": [{ "id": "bench", "roles": ["root"], "token": KEY }] });
    Ok(Side { server: product::serve_with(options, &home, &keys)?, _home: home })
}

fn row(options: &Options, (what, path): (&str, &str), few: &Side, many: &Side) -> anyhow::Result<()> {
    let rounds =
        rounds::take(options, || time_request(options, few, path), || time_request(options, many, path))?;
    let raw = format!(
        "p50 {:.3} ms of {FEW}, {:.3} ms of {}; {}",
        rounds.median(|few, _| *few),
        rounds.median(|_, many| *many),
        options.people,
        rounds.quiet()
    );
    report::row("api", what, &raw).spread(&rounds.spread(|few, many| many / few), Goal::AtMost(GOAL));
    Ok(())
}

/// Asks the same again and again; the median time of an answer, in milliseconds.
fn time_request(options: &Options, side: &Side, path: &str) -> anyhow::Result<f64> {
    let mut connection = Connection::open(side.server.address)?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {KEY}\r\n\r\n");
    let (began, mut times) = (Instant::now(), Vec::new());
    while began.elapsed() < options.side {
        let started = Instant::now();
        let answer = connection.exchange(request.as_bytes())?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        ensure!(answer.status == 200, "{path} answered {}", answer.status);
        ensure!(answer.body.starts_with(b"[{"), "{path} found nobody");
    }
    Ok(median(times))
}
