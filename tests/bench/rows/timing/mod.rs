//! P14: whether time tells who has an account, by every entry point that takes an address. Somebody and
//! nobody in random order over one connection, then the same question of the answer after that one, which
//! would be slowed by what a real message sets going. A control of 0.2 ms must be found.

mod entry_points;

use std::time::Instant;

use crate::http::Connection;
use crate::options::Options;
use crate::proc::{Moment, QUIET};
use crate::product::{self, Home, Running};
use crate::report;
use crate::sms::Sms;
use crate::stats::Difference;

use entry_points::{Cost, Door};

/// What is added to one class to see whether it would be found, in milliseconds.
const CONTROL: f64 = 0.2;

/// One timed answer.
struct Timed {
    somebody: bool,
    millis: f64,
}

/// P14.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let most = options.pairs.max(options.sign_in_pairs);
    let (home, sms) = (Home::new()?, Sms::open()?);
    // People at even places exist, at odd ones they don't.
    product::import(options, &home, (0..most).map(|place| place * 2))?;
    let server = product::serve(options, &home, sms.address)?;
    measure(options, &server, &entry_points::by_phone())?;
    drop(server);
    let server = product::serve_with(options, &home, &entry_points::bootstrap(sms.address))?;
    measure(options, &server, &entry_points::by_email(&server)?)
}

/// Times every entry point of a server. A hash takes so long that fewer pairs must do.
fn measure(options: &Options, server: &Running, entry_points: &[Door]) -> anyhow::Result<()> {
    for entry_point in entry_points {
        let pairs = match entry_point.cost {
            Cost::Message => options.pairs,
            Cost::Hash => options.sign_in_pairs,
        };
        judge(server, entry_point, pairs)?;
    }
    Ok(())
}

fn judge(server: &Running, entry_point: &Door, pairs: usize) -> anyhow::Result<()> {
    let (name, before) = (entry_point.name, Moment::now()?);
    let timed = collect(server, entry_point, pairs)?;
    let others = before.others()?;
    let noise = if others < QUIET {
        "quiet".to_owned()
    } else {
        format!("NOT QUIET: others used {:.0} % of the machine", others * 100.0)
    };
    let nobody: Vec<f64> = timed.iter().filter(|one| !one.somebody).map(|one| one.millis).collect();
    let control = control(&nobody, name, &noise);
    let pairs = timed.iter().zip(timed.iter().skip(1));
    let after: Vec<Timed> =
        pairs.map(|(one, next)| Timed { somebody: one.somebody, millis: next.millis }).collect();
    show(&format!("{name}: somebody or nobody"), &timed, control);
    show(&format!("{name}: the answer after that"), &after, control);
    Ok(())
}

fn show(what: &str, timed: &[Timed], trusted: bool) {
    let class = |somebody| timed.iter().filter(move |one| one.somebody == somebody);
    let class = |somebody| class(somebody).map(|one| one.millis).collect::<Vec<f64>>();
    let (somebody, nobody) = (class(true), class(false));
    let found = Difference::of(&somebody, &nobody);
    let note = match (trusted, nobody.len() < 9_900) {
        (false, _) => "; MEANS NOTHING: the control was not told apart as it should",
        (true, true) => "; fewer pairs than the goal asks for",
        (true, false) => "",
    };
    let raw = format!(
        "somebody {:+.1} µs of {:.2} ms, {} and {} answers{note}",
        found.shift * 1000.0,
        crate::stats::median(nobody.iter().copied()),
        somebody.len(),
        nobody.len()
    );
    let value = format!("t {:.1}, AUC {:.3}", found.t, found.auc);
    report::row("P14", what, &raw).verdict(&value, "no oracle", trusted && !found.tells());
}

/// One class cut in two by chance: alike as they are, told apart once one half is 0.2 ms slower.
fn control(nobody: &[f64], name: &str, noise: &str) -> bool {
    let half = |odd| nobody.iter().enumerate().filter(move |(place, _)| (place % 2 == 1) == odd);
    let even: Vec<f64> = half(false).map(|(_, millis)| *millis).collect();
    let odd: Vec<f64> = half(true).map(|(_, millis)| *millis).collect();
    let late: Vec<f64> = odd.iter().map(|millis| millis + CONTROL).collect();
    let (alike, apart) = (Difference::of(&odd, &even), Difference::of(&late, &even));
    let value = format!("t {:.1}, AUC {:.3}", apart.t, apart.auc);
    let raw = format!("the same without them: t {:.1}, AUC {:.3}; {noise}", alike.t, alike.auc);
    let works = apart.t.abs() > 4.5 && alike.t.abs() < 4.5;
    report::row("P14", &format!("{name}: control of 0.2 ms"), &raw).verdict(&value, "found", works);
    works
}

/// Asks the same of everybody once, in random order.
fn collect(server: &Running, entry_point: &Door, pairs: usize) -> anyhow::Result<Vec<Timed>> {
    let mut connection = Connection::open(server.address)?;
    let request = entry_point.request(&mut connection)?;
    let requests: Vec<_> =
        shuffled(pairs * 2).into_iter().map(|place| (place % 2 == 0, request(place))).collect();
    let mut timed = Vec::with_capacity(requests.len());
    for (somebody, request) in &requests {
        let began = Instant::now();
        let status = connection.exchange(request.as_bytes())?.status;
        let millis = began.elapsed().as_secs_f64() * 1000.0;
        anyhow::ensure!(
            status == entry_point.status,
            "{}: expected {}, got {status}",
            entry_point.name,
            entry_point.status
        );
        timed.push(Timed { somebody: *somebody, millis });
    }
    // The first answers are of a cold server.
    Ok(timed.split_off(timed.len().min(pairs / 50)))
}

/// The first so many numbers in an order without rhyme; the same in every run, so that a run can be repeated.
fn shuffled(count: usize) -> Vec<usize> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut order: Vec<usize> = (0..count).collect();
    for place in (1..count).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        order.swap(place, (state % (place as u64 + 1)) as usize);
    }
    order
}
