//! Rounds: the two sides of a ratio one after the other, again and again, so that what changes with time
//! changes both. A round during which others used the machine is repeated; when it never gets quiet, the
//! report says so.

use crate::options::Options;
use crate::proc::{Moment, QUIET};
use crate::stats::Spread;

/// Every round that counts.
pub struct Rounds<A, B> {
    /// What each side gave.
    pub sides: Vec<(A, B)>,
    quiet: usize,
    worst: f64,
}

/// Measures both sides in turn until there are enough quiet rounds, or twice as many rounds as wanted.
pub fn take<A, B>(
    options: &Options,
    mut first: impl FnMut() -> anyhow::Result<A>,
    mut second: impl FnMut() -> anyhow::Result<B>,
) -> anyhow::Result<Rounds<A, B>> {
    let mut taken = Vec::new();
    for _ in 0..options.rounds.saturating_mul(2) {
        let before = Moment::now()?;
        let sides = (first()?, second()?);
        taken.push((before.others()?, sides));
        if taken.iter().filter(|(others, _)| *others < QUIET).count() >= options.rounds {
            break;
        }
    }
    // The quietest rounds count.
    taken.sort_by(|a, b| a.0.total_cmp(&b.0));
    taken.truncate(options.rounds);
    Ok(Rounds {
        quiet: taken.iter().filter(|(others, _)| *others < QUIET).count(),
        worst: taken.last().map_or(0.0, |(others, _)| *others),
        sides: taken.into_iter().map(|(_, sides)| sides).collect(),
    })
}

impl<A, B> Rounds<A, B> {
    /// A figure of every round.
    pub fn spread(&self, figure: impl Fn(&A, &B) -> f64) -> Spread {
        Spread::of(self.sides.iter().map(|(a, b)| figure(a, b)))
    }

    /// The median of a figure.
    pub fn median(&self, figure: impl Fn(&A, &B) -> f64) -> f64 {
        self.spread(figure).median
    }

    /// How quiet it was.
    pub fn quiet(&self) -> String {
        let (quiet, all) = (self.quiet, self.sides.len());
        if quiet == all {
            format!("{quiet} of {all} rounds quiet")
        } else {
            format!(
                "NOT QUIET: {quiet} of {all} rounds, others up to {:.0} % of the machine",
                self.worst * 100.0
            )
        }
    }
}
