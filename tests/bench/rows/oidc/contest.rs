//! A step that several clients do again and again, against a bare handler that signs one token, in turns.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::visits::send_expecting;
use crate::http::Connection;
use crate::options::Options;
use crate::people::together;
use crate::proc;
use crate::product::Running;
use crate::report::{self, Goal};
use crate::rounds::{self, Rounds};

/// Connections at a time.
pub const CONNECTIONS: usize = 8;

/// How steps went.
pub struct Steps {
    /// Per second.
    pub rate: f64,
    /// Microseconds of the server's processor time for one.
    pub cost: f64,
}

/// What every step is compared with.
pub struct Contest<'a> {
    /// How to measure.
    pub options: &'a Options,
    /// The bare handler.
    pub bare: &'a Running,
    /// What it is asked.
    pub sign: String,
}

impl Contest<'_> {
    /// Measures a request that is the same each time, and prints its row.
    pub fn request(&self, server: &Running, what: &str, request: &str) -> anyhow::Result<()> {
        let mut clients = [(); CONNECTIONS];
        let rounds = self.take(server, &mut clients, |connection, ()| {
            send_expecting(connection, request, 200).map(drop)
        })?;
        show(what, &rounds);
        Ok(())
    }

    /// Measures a step; each client has a state of its own.
    pub fn take<T: Send>(
        &self,
        server: &Running,
        clients: &mut [T],
        step: impl Fn(&mut Connection, &mut T) -> anyhow::Result<()> + Sync,
    ) -> anyhow::Result<Rounds<Steps, Steps>> {
        let (time, mut signers) = (self.options.side, [(); CONNECTIONS]);
        let sign =
            |connection: &mut Connection, (): &mut ()| send_expecting(connection, &self.sign, 200).map(drop);
        rounds::take(
            self.options,
            || measure(self.bare, &mut signers, time, sign),
            || measure(server, clients, time, &step),
        )
    }
}

/// One connection for each client, until the time is over.
fn measure<T: Send>(
    server: &Running,
    clients: &mut [T],
    time: Duration,
    step: impl Fn(&mut Connection, &mut T) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<Steps> {
    let (count, clients) = (clients.len(), Mutex::new(clients.iter_mut()));
    let (began, before) = (Instant::now(), proc::cpu(server.pid())?);
    let counts = together(count, || {
        let next = clients.lock().unwrap_or_else(PoisonError::into_inner).next();
        let (client, mut connection) =
            (next.context("a client too many")?, Connection::open(server.address)?);
        let mut count = 0_usize;
        while began.elapsed() < time {
            step(&mut connection, client)?;
            count += 1;
        }
        Ok(count)
    })?;
    let count = counts.iter().sum::<usize>() as f64;
    Ok(Steps {
        rate: count / began.elapsed().as_secs_f64(),
        cost: (proc::cpu(server.pid())? - before) * 1e6 / count,
    })
}

/// A row for the rates; nobody has set a goal for them.
pub fn show(what: &str, rounds: &Rounds<Steps, Steps>) {
    let raw = format!(
        "{:.0} of {:.0}/s; {:.0} and {:.0} µs of the server for one, ratio of these {:.2}; {}",
        rounds.median(|_, ours| ours.rate),
        rounds.median(|bare, _| bare.rate),
        rounds.median(|_, ours| ours.cost),
        rounds.median(|bare, _| bare.cost),
        rounds.median(|bare, ours| bare.cost / ours.cost),
        rounds.quiet()
    );
    report::row("oidc", what, &raw).print_only(&rounds.spread(|bare, ours| ours.rate / bare.rate));
}

/// A row for the server's processor time.
pub fn show_cost(what: &str, rounds: &Rounds<Steps, Steps>, goal: Goal) {
    let cost = rounds.spread(|_, ours| ours.cost / 1000.0);
    report::row("oidc", what, "").spread(&cost, goal);
}
