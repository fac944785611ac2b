//! P4: what the server holds when nobody is there, and after many people were.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::options::Options;
use crate::people::Crowd;
use crate::proc::{cores, pss, rest};
use crate::product::{self, Home};
use crate::report::{self, Goal};
use crate::rows::flows::{CLIENTS, run_while};
use crate::sms::Sms;

/// Until an idle server is idle.
const SETTLED: Duration = Duration::from_secs(3);

/// P4.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let (home, sms, count) = (Home::new()?, Sms::open()?, options.flows);
    let people = 2 * (count + CLIENTS);
    product::import(options, &home, 0..people)?;
    let (server, crowd) = (product::serve(options, &home, sms.address)?, Crowd::of(people));
    rest(SETTLED);
    let idle = pss(server.pid())?;
    report::row("P4", "idle with SQLite, PSS in MiB", "before the first request")
        .value(idle, Goal::AtMost(16.0));
    let flows = || -> anyhow::Result<f64> {
        let begun = AtomicUsize::new(0);
        run_while(&server, &sms, &crowd, || begun.fetch_add(1, Ordering::Relaxed) < count)?;
        rest(SETTLED);
        pss(server.pid())
    };
    let (first, second) = (flows()?, flows()?);
    let (what, limit) = (format!("after {count} resets, MiB"), idle + 19.0 * cores() as f64 + 10.0);
    let raw = format!("the goal: idle + 19 MiB for each of {} hashing threads + 10 MiB", cores());
    report::row("P4", &what, &raw).value(first, Goal::AtMost(limit.round()));
    let (what, raw) = (format!("growth by {count} more, %"), format!("{first:.1} MiB, then {second:.1} MiB"));
    report::row("P4", &what, &raw).value((second / first - 1.0) * 100.0, Goal::AtMost(2.0));
    Ok(())
}
