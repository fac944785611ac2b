//! P2: pages for people who are nobody yet, against a bare handler that answers the same bytes.

use std::time::Duration;

use crate::browser::{Browser, get, ip};
use crate::http::{Connection, hammer};
use crate::options::Options;
use crate::product::{self, Home, Running};
use crate::report::{self, Goal};
use crate::rounds;
use crate::sms::Sms;
use crate::{bare, proc};

/// Connections at a time.
const CONNECTIONS: usize = 8;

/// How fast a server answered.
struct Pages {
    /// Answers per second.
    rate: f64,
    /// Microseconds of the server's processor time for one.
    cost: f64,
}

/// The same request again and again.
fn measure(server: &Running, request: &str, time: Duration) -> anyhow::Result<Pages> {
    let before = proc::cpu(server.pid())?;
    let rate = hammer(server.address, request.as_bytes(), CONNECTIONS, time)?;
    let spent = proc::cpu(server.pid())? - before;
    Ok(Pages { rate, cost: spent * 1e6 / (rate * time.as_secs_f64()) })
}

/// What is compared: our page and the same bytes from a bare handler.
pub struct Contest<'a> {
    /// The goal it belongs to.
    pub name: &'a str,
    /// The page.
    pub what: &'a str,
    /// The bare handler.
    pub bare: &'a Running,
    /// The product.
    pub ours: &'a Running,
    /// What both are asked.
    pub request: &'a str,
}

/// P2, for callers who come for the first time and for those who bring their cookie.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let (home, sms) = (Home::new()?, Sms::open()?);
    let ours = product::serve(options, &home, sms.address)?;
    for path in ["/sign-in", "/forgot-password"] {
        let mut connection = Connection::open(ours.address)?;
        let mut browser = Browser::new(&mut connection, 1);
        let bare = bare::start(&home, &browser.open(path)?.body)?;
        for (visitor, cookie) in [("first visit", String::new()), ("with its cookie", browser.cookie())] {
            let contest = Contest {
                name: "P2",
                what: &format!("{path}, {visitor} ÷ bare handler"),
                bare: &bare,
                ours: &ours,
                request: &get(path, &ip(1), &cookie),
            };
            contest.hold(options, 0.60)?;
        }
    }
    Ok(())
}

impl Contest<'_> {
    /// Measures and prints it.
    pub fn hold(&self, options: &Options, goal: f64) -> anyhow::Result<()> {
        let side = |server| measure(server, self.request, options.side);
        let rounds = rounds::take(options, || side(self.bare), || side(self.ours))?;
        let raw = format!(
            "{:.0} of {:.0} pages/s; {:.1} and {:.1} µs of the server for one, ratio of these {:.2}; {}",
            rounds.median(|_, ours| ours.rate),
            rounds.median(|bare, _| bare.rate),
            rounds.median(|_, ours| ours.cost),
            rounds.median(|bare, _| bare.cost),
            rounds.median(|bare, ours| bare.cost / ours.cost),
            rounds.quiet()
        );
        let ratio = rounds.spread(|bare, ours| ours.rate / bare.rate);
        report::row(self.name, self.what, &raw).spread(&ratio, Goal::AtLeast(goal));
        Ok(())
    }
}
