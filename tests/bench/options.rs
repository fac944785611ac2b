//! The command line of the bench. The names of rows are checked in `main`, which knows them.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};

/// What `--help` says.
pub const HELP: &str = "bin/bench [ROW…] [SETTING…]

  p1 p3 flows     complete resets over the pages, and the server's CPU for one
  p2 pages        the sign-in page and the forgot page against a bare handler
  p4 memory       idle, and after many flows
  p5 p6 start     cold start and the size of the binary
  p11 weight      what a page weighs on the wire
  p12 sign-in     sign-ins against hashes, a signed-in page against a bare handler
  oidc            what apps ask for, against a bare handler that signs one token
  api             listing and searching people, a thousand and a million
  policy          what judging a password takes, and p9
  p9 breaches     making a filter of leaked passwords, and asking one
  p14 timing      whether time tells who has an account

  --rounds N          rounds of every ratio                          [5]
  --seconds N         seconds of each side of a round                [4]
  --flows N           flows before each look at the memory           [10000]
  --pairs N           timed requests of each class                   [10000]
  --sign-in-pairs N   timed sign-ins of each class                   [1000]
  --people N          the many people of api                         [1000000]
  --hashes N          hashes of which a filter is made               [100000000]";

/// What this process is for.
pub enum Command {
    /// Print the help.
    Help,
    /// Be the bare handler that pages and tokens are compared with.
    Bare {
        /// The file it answers with.
        page: PathBuf,
        /// Its threads.
        workers: usize,
    },
    /// Measure.
    Measure(Box<Options>),
}

/// How to measure.
pub struct Options {
    /// The binary as it is shipped, of the profile `dist`.
    pub core: PathBuf,
    /// The rows that were asked for; none means all.
    pub only: Vec<String>,
    /// Rounds of every ratio.
    pub rounds: usize,
    /// The time of each side of a round.
    pub side: Duration,
    /// Flows before each look at the memory.
    pub flows: usize,
    /// Timed requests of each class.
    pub pairs: usize,
    /// Timed sign-ins of each class.
    pub sign_in_pairs: usize,
    /// The many people whom machines look for.
    pub people: usize,
    /// Hashes of which a filter is made.
    pub hashes: u64,
}

impl Options {
    /// Reads the arguments after the program's name.
    pub fn read(mut args: impl Iterator<Item = String>) -> anyhow::Result<Command> {
        let mut options = Self {
            core: PathBuf::from("target/dist/rekey"),
            only: Vec::new(),
            rounds: 5,
            side: Duration::from_secs(4),
            flows: 10_000,
            pairs: 10_000,
            sign_in_pairs: 1_000,
            people: 1_000_000,
            hashes: 100_000_000,
        };
        while let Some(arg) = args.next() {
            let mut value = || args.next().with_context(|| format!("{arg}: expected a value"));
            match arg.as_str() {
                "--help" | "-h" => return Ok(Command::Help),
                "bare" => {
                    return Ok(Command::Bare { page: value()?.into(), workers: value()?.parse()? });
                }
                "--rekey" => options.core = value()?.into(),
                "--rounds" => options.rounds = value()?.parse().context(arg)?,
                "--seconds" => options.side = Duration::from_secs_f64(value()?.parse().context(arg)?),
                "--flows" => options.flows = value()?.parse().context(arg)?,
                "--pairs" => options.pairs = value()?.parse().context(arg)?,
                "--sign-in-pairs" => options.sign_in_pairs = value()?.parse().context(arg)?,
                "--people" => options.people = value()?.parse().context(arg)?,
                "--hashes" => options.hashes = value()?.parse().context(arg)?,
                // `cargo bench` adds it to every bench.
                "--bench" => {}
                other if other.starts_with('-') => bail!("{other} is not a setting; --help names them"),
                _ => options.only.push(arg.to_lowercase()),
            }
        }
        Ok(Command::Measure(Box::new(options)))
    }
}
