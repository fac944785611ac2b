//! P12: sign-ins with the right password against bare hashes, and a page that looks up its session against a
//! bare handler.

use std::time::Instant;

use anyhow::ensure;

use crate::browser::{Browser, get, ip};
use crate::hashing;
use crate::http::Connection;
use crate::options::Options;
use crate::people::{PASSWORD, phone, together};
use crate::product::{self, Home, Running};
use crate::report::{self, Goal};
use crate::rows::flows::CLIENTS;
use crate::rows::pages::Contest;
use crate::sms::Sms;
use crate::{bare, proc, rounds};

/// People who sign in, one after the other and again.
const PEOPLE: usize = 200;

/// How sign-ins went.
struct SignIns {
    rate: f64,
    cost: f64,
}

/// P12.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let (home, sms) = (Home::new()?, Sms::open()?);
    product::import(options, &home, 0..=PEOPLE)?;
    let server = product::serve(options, &home, sms.address)?;
    sign_ins(options, &server)?;
    let mut connection = Connection::open(server.address)?;
    let mut browser = Browser::new(&mut connection, PEOPLE);
    browser.open("/sign-in")?;
    browser.submit("/sign-in", &[("identifier", &phone(PEOPLE)), ("password", PASSWORD)], "/account")?;
    let page = browser.open("/account")?;
    let bare = bare::start(&home, &page.body)?;
    let contest = Contest {
        name: "P12",
        what: "/account, signed in ÷ bare handler",
        bare: &bare,
        ours: &server,
        request: &get("/account", &ip(PEOPLE), &browser.cookie()),
    };
    contest.hold(options, 0.40)
}

fn sign_ins(options: &Options, server: &Running) -> anyhow::Result<()> {
    let rounds = rounds::take(options, || hashing::measure(options.side), || measure(options, server))?;
    let raw = format!(
        "{:.1} sign-ins/s, {:.1} ms of the server for one; {:.1} hashes/s, {:.1} ms for one; {}",
        rounds.median(|_, ours| ours.rate),
        rounds.median(|_, ours| ours.cost),
        rounds.median(|hashing, _| hashing.rate),
        rounds.median(|hashing, _| hashing.cost),
        rounds.quiet()
    );
    let ratio = rounds.spread(|hashing, ours| ours.rate / hashing.rate);
    report::row("P12", "sign-ins ÷ hashes", &raw).spread(&ratio, Goal::AtLeast(0.92));
    Ok(())
}

/// Four clients with a form each, which they send for one person after the other.
fn measure(options: &Options, server: &Running) -> anyhow::Result<SignIns> {
    let (began, before) = (Instant::now(), proc::cpu(server.pid())?);
    let counts = together(CLIENTS, || {
        let mut connection = Connection::open(server.address)?;
        let mut browser = Browser::new(&mut connection, 0);
        browser.open("/sign-in")?;
        let form =
            |number| browser.form("/sign-in", &[("identifier", &phone(number)), ("password", PASSWORD)]);
        let forms: Vec<String> = (0..PEOPLE).map(form).collect();
        let mut count = 0_usize;
        for form in forms.iter().cycle() {
            if began.elapsed() >= options.side {
                break;
            }
            let status = connection.exchange(form.as_bytes())?.status;
            ensure!(status == 303, "a sign-in answered {status}");
            count += 1;
        }
        Ok(count)
    })?;
    let count = counts.iter().sum::<usize>() as f64;
    Ok(SignIns {
        rate: count / began.elapsed().as_secs_f64(),
        cost: (proc::cpu(server.pid())? - before) * 1000.0 / count,
    })
}
