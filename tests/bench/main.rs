//! The bench: the goals of docs/performance.md, measured against the shipped binary (profile `dist`) as a
//! process of its own. Not a test: a missed figure is printed, only a flow that breaks fails. Every figure is
//! a ratio, because machines differ and hours too.

mod bare;
mod browser;
mod hashing;
mod http;
mod options;
mod people;
mod proc;
mod product;
mod report;
mod rounds;
mod rows;
mod sms;
mod stats;

use std::process::ExitCode;

use options::{Command, Options};
use rows::{api, breaches, flows, memory, oidc, pages, policy, sign_in, start, timing, weight};

/// A group of rows: the names it answers to, and what measures it.
type Group = (&'static [&'static str], fn(&Options) -> anyhow::Result<()>);

const GROUPS: [Group; 11] = [
    (&["p6", "p5", "start"], start::run),
    (&["p11", "weight"], weight::run),
    (&["p2", "pages"], pages::run),
    (&["p1", "p3", "flows"], flows::run),
    (&["p12", "sign-in"], sign_in::run),
    (&["oidc"], oidc::run),
    (&["api"], api::run),
    (&["p14", "timing"], timing::run),
    (&["policy"], policy::run),
    (&["policy", "p9", "breaches"], breaches::run),
    (&["p4", "memory"], memory::run),
];

fn main() -> ExitCode {
    let outcome = Options::read(std::env::args().skip(1)).and_then(|command| match command {
        Command::Bare { page, workers } => bare::serve(&page, workers),
        Command::Help => {
            report::line(options::HELP);
            Ok(())
        }
        Command::Measure(options) => measure(&options),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::line(&format!("bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> anyhow::Result<()> {
    for name in &options.only {
        let known = GROUPS.iter().any(|(names, _)| names.contains(&name.as_str()));
        anyhow::ensure!(known, "there is no row {name:?}; --help names them");
    }
    report::head(options);
    for (names, run) in GROUPS {
        let wanted = |name: &&str| options.only.iter().any(|only| only == name);
        if options.only.is_empty() || names.iter().any(wanted) {
            run(options)?;
        }
    }
    Ok(())
}
