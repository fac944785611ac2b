//! P5 and P6: from nothing to the first page, and how large the binary is.

use std::time::Instant;

use crate::browser::{get, ip};
use crate::http::Connection;
use crate::options::Options;
use crate::product::{self, Home};
use crate::report::{self, Goal};
use crate::sms::Sms;
use crate::stats::Spread;

/// Starts of each kind.
const STARTS: usize = 15;

/// P6 and P5.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let size = std::fs::metadata(&options.core)?.len() as f64 / f64::from(1 << 20);
    report::row("P6", "the binary, MiB", "pages, words and styles inside").value(size, Goal::AtMost(30.0));
    let (sms, kept) = (Sms::open()?, Home::new()?);
    first_page(options, &kept, &sms)?;
    let again = |_| first_page(options, &kept, &sms);
    let existing: Vec<f64> = (0..STARTS).map(again).collect::<anyhow::Result<_>>()?;
    let raw = format!("{STARTS} starts on an existing database, until the first 200");
    report::row("P5", "cold start, ms", &raw).spread(&Spread::of(existing), Goal::AtMost(50.0));
    let fresh = |_| first_page(options, &Home::new()?, &sms);
    let fresh: Vec<f64> = (0..STARTS).map(fresh).collect::<anyhow::Result<_>>()?;
    let raw = format!("{STARTS} starts in an empty folder, migrations and key included");
    report::row("P5", "cold start from nothing, ms", &raw).spread(&Spread::of(fresh), Goal::AtMost(300.0));
    Ok(())
}

/// Milliseconds from the start of the process to its first page.
fn first_page(options: &Options, home: &Home, sms: &Sms) -> anyhow::Result<f64> {
    let began = Instant::now();
    let server = product::serve(options, home, sms.address)?;
    let answer = Connection::open(server.address)?.exchange(get("/sign-in", &ip(1), "").as_bytes())?.status;
    anyhow::ensure!(answer == 200, "the first page answers {answer}");
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}
