//! What is printed: one line a row with its figure, its goal and whether it is reached, and the raw figures
//! below it.

use std::fmt::Display;
use std::io::Write as _;

use crate::options::Options;
use crate::proc;
use crate::stats::Spread;

/// A line on standard output. A reader that went away is not our failure.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// On what and how it is measured.
pub fn head(options: &Options) {
    let (rounds, side) = (options.rounds, options.side.as_secs_f64());
    line(&format!(
        "{} cores, {}; {rounds} rounds of {side} s a side; quiet means others used under {} % of the machine\n",
        proc::cores(),
        proc::processor(),
        proc::QUIET * 100.0
    ));
}

/// A goal and how to compare with it.
#[derive(Clone, Copy)]
pub enum Goal {
    /// Reached from here up.
    AtLeast(f64),
    /// Reached from here down.
    AtMost(f64),
}

impl Goal {
    fn reached(self, value: f64) -> bool {
        match self {
            Self::AtLeast(goal) => value >= goal,
            Self::AtMost(goal) => value <= goal,
        }
    }
}

impl Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtLeast(goal) => write!(f, "≥ {goal}"),
            Self::AtMost(goal) => write!(f, "≤ {goal}"),
        }
    }
}

/// A row: which goal, of what, and the raw figures.
pub struct Row<'a> {
    name: &'a str,
    what: &'a str,
    raw: &'a str,
}

/// A row without its figure.
pub const fn row<'a>(name: &'a str, what: &'a str, raw: &'a str) -> Row<'a> {
    Row { name, what, raw }
}

impl Row<'_> {
    /// One figure.
    pub fn value(self, value: f64, goal: Goal) {
        self.verdict(&format!("{value:.2}"), &goal.to_string(), goal.reached(value));
    }

    /// A figure that was taken in rounds: the median counts, the spread is shown.
    pub fn spread(self, value: &Spread, goal: Goal) {
        self.verdict(&format_spread(value), &goal.to_string(), goal.reached(value.median));
    }

    /// A figure that was taken in rounds and for which there is no goal.
    pub fn print_only(self, value: &Spread) {
        self.print(&format_spread(value), "");
    }

    /// A figure and a goal in words.
    pub fn verdict(self, value: &str, goal: &str, reached: bool) {
        let reached = if reached { "reached" } else { "NOT REACHED" };
        self.print(value, &format!("goal {goal:<10} {reached}"));
    }

    fn print(self, value: &str, verdict: &str) {
        let Self { name, what, raw } = self;
        line(format!("{name:<4} {what:<50} {value:<24} {verdict}").trim_end());
        if !raw.is_empty() {
            line(&format!("     {raw}"));
        }
    }
}

fn format_spread(value: &Spread) -> String {
    format!("{:.2} ({:.2}–{:.2})", value.median, value.least, value.most)
}
