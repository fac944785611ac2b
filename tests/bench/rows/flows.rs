//! P1 and P3: complete resets over the pages, as people make them, and what one costs the server beyond its
//! hash.

use std::time::{Duration, Instant};

use crate::browser::Browser;
use crate::hashing::{self, Hashing};
use crate::http::Connection;
use crate::options::Options;
use crate::people::{Crowd, phone, together};
use crate::product::{self, Home, Running};
use crate::report::{self, Goal};
use crate::rounds::{self, Rounds};
use crate::sms::Sms;
use crate::{proc, stats};

/// Resets under way at a time.
pub const CLIENTS: usize = 4;
/// More than two cores can do in a second.
const MOST_PER_SECOND: f64 = 160.0;

/// What some flows took.
pub struct Flows {
    /// Per second.
    pub rate: f64,
    /// Milliseconds of the server's processor time for one.
    pub cost: f64,
    /// Milliseconds from the first page to the last, in the middle.
    pub middle: f64,
}

/// One reset: seven requests and a code that comes over the connector.
pub fn reset(connection: &mut Connection, sms: &Sms, number: usize) -> anyhow::Result<()> {
    let (phone, mut browser) = (phone(number), Browser::new(connection, number));
    browser.open("/forgot-password")?;
    let expected = sms.expect(&phone);
    let code_page = "/forgot-password/verification-code";
    browser.submit("/forgot-password", &[("identifier", &phone)], code_page)?;
    browser.open(code_page)?;
    let code = expected.code()?;
    browser.submit(code_page, &[("code", &code)], "/forgot-password/reset")?;
    browser.open("/forgot-password/reset")?;
    let password = format!("eleven herons over {number} slow rivers");
    browser.submit("/forgot-password/reset", &[("newPassword", &password)], "/forgot-password/done")?;
    browser.open("/forgot-password/done")?;
    Ok(())
}

/// Resets by several clients while `more` says so.
pub fn run_while(
    server: &Running,
    sms: &Sms,
    crowd: &Crowd,
    more: impl Fn() -> bool + Sync,
) -> anyhow::Result<Flows> {
    let (began, before) = (Instant::now(), proc::cpu(server.pid())?);
    let times = together(CLIENTS, || {
        let mut connection = Connection::open(server.address)?;
        let mut times = Vec::new();
        while more() {
            let start = Instant::now();
            reset(&mut connection, sms, crowd.next()?)?;
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        Ok(times)
    })?;
    let elapsed = began.elapsed().as_secs_f64();
    let times = stats::sorted(times.into_iter().flatten());
    let count = times.len() as f64;
    Ok(Flows {
        rate: count / elapsed,
        cost: (proc::cpu(server.pid())? - before) * 1000.0 / count,
        middle: stats::percentile(&times, 0.5),
    })
}

/// P1 and P3.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let (home, sms) = (Home::new()?, Sms::open()?);
    let seconds = options.side.as_secs_f64() * 2.0 * options.rounds as f64;
    let count = (seconds * MOST_PER_SECOND) as usize + 500;
    product::import(options, &home, 0..count)?;
    let (server, crowd) = (product::serve(options, &home, sms.address)?, Crowd::of(count));
    let for_a = |time| {
        let began = Instant::now();
        run_while(&server, &sms, &crowd, || began.elapsed() < time)
    };
    for_a(Duration::from_secs(1))?;
    let rounds = rounds::take(options, || hashing::measure(options.side), || for_a(options.side))?;
    show_rate(&rounds);
    show_cost(&rounds);
    Ok(())
}

fn show_rate(rounds: &Rounds<Hashing, Flows>) {
    let raw = format!(
        "{:.1} resets/s, {:.1} ms each; {:.1} hashes/s; {}",
        rounds.median(|_, flows| flows.rate),
        rounds.median(|_, flows| flows.middle),
        rounds.median(|hashing, _| hashing.rate),
        rounds.quiet()
    );
    let ratio = rounds.spread(|hashing, flows| flows.rate / hashing.rate);
    report::row("P1", "resets over the pages ÷ hashes", &raw).spread(&ratio, Goal::AtLeast(0.80));
}

fn show_cost(rounds: &Rounds<Hashing, Flows>) {
    let raw = format!(
        "{:.1} ms of the server for a reset, {:.1} ms for a hash",
        rounds.median(|_, flows| flows.cost),
        rounds.median(|hashing, _| hashing.cost),
    );
    let beyond = rounds.spread(|hashing, flows| flows.cost - hashing.cost);
    report::row("P3", "CPU of a reset beyond its hash, ms", &raw).spread(&beyond, Goal::AtMost(3.0));
}
