//! How long the policy takes to judge a password, in this process: ordinary passwords, and such as are made
//! of nothing but what it looks for. The screening for leaked passwords is measured apart from it.

use std::hint::black_box;
use std::time::Instant;

use rekey_core::passwords::policy::evaluator::{PolicyEvaluator, UserContext};
use rekey_core::settings::password_policy::PasswordPolicy;

use crate::options::Options;
use crate::report::{self, Goal};
use crate::stats::Spread;

/// Judgements between two looks at the clock.
const BATCH: usize = 2_000;

const ABOUT: UserContext<'_> = UserContext {
    name: Some("Ada King Lovelace"),
    username: Some("adalove"),
    email: Some("ada.lovelace@example.com"),
    phone: Some("12025550134"),
};

/// The rows of the policy.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let plain = PolicyEvaluator::default();
    let mut many = PasswordPolicy::default();
    many.rejects.words = (0..10_000).map(|number| format!("internal-{number}")).collect();
    let many = PolicyEvaluator::new(many);
    for (length, goal) in [(12, 5.0), (256, 100.0)] {
        let kinds = passwords(length);
        let timed: Vec<(&str, Spread)> =
            kinds.iter().map(|(kind, password)| (*kind, timed(options, &plain, password))).collect();
        let worst = timed.iter().map(|(_, spread)| spread.median).fold(0.0, f64::max);
        let mut raw: Vec<String> =
            timed.iter().map(|(kind, spread)| format!("{kind} {:.2} µs", spread.median)).collect();
        let (_, ordinary) = kinds.first().ok_or_else(|| anyhow::anyhow!("no passwords"))?;
        raw.push(format!("ordinary with 10,000 words {:.2} µs", timed_median(options, &many, ordinary)));
        let what = format!("µs to judge {length} characters, the worst kind");
        report::row("pol", &what, &raw.join(", ")).value(worst, Goal::AtMost(goal));
    }
    Ok(())
}

/// One password of each kind.
fn passwords(length: usize) -> Vec<(&'static str, String)> {
    let cut = |pattern: &str| pattern.chars().cycle().take(length).collect::<String>();
    vec![
        ("ordinary", cut("Tr0ub4dor & 3 horses, in ")),
        ("repeated", cut("a")),
        ("rows", cut("abcdefghijklmnopqrstuvwxyz0123456789")),
        ("the person's own", cut("adalovelace12025550134")),
        ("other letters", cut("Ключ к замку é ")),
    ]
}

fn timed_median(options: &Options, judge: &PolicyEvaluator, password: &str) -> f64 {
    timed(options, judge, password).median
}

/// Microseconds for one judgement, in rounds.
fn timed(options: &Options, judge: &PolicyEvaluator, password: &str) -> Spread {
    let round = |_| {
        let began = Instant::now();
        for _ in 0..BATCH {
            black_box(judge.violations(black_box(password), black_box(&ABOUT), false));
        }
        began.elapsed().as_secs_f64() * 1e6 / BATCH as f64
    };
    Spread::of((0..options.rounds).map(round))
}
