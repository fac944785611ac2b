//! Counts guessed codes, wherever a code is entered: an account, or an address without one, has a single
//! budget of guesses.

use crate::domain::Core;
use crate::domain::throttle::{LimitKind, LimitOutcome, Rule, apply_rules, lock_subject, row_id};
use crate::model::error::{Refusal, Result};
use crate::store::sql::Tx;

/// Counts a guess and locks its throttle row, or refuses it; returns whether it blocks the codes of the
/// subject if it is wrong. Only accounts are guarded beyond the hourly budget: nobody else has another way to
/// sign in.
pub(in crate::domain) async fn count_guess(
    tx: &mut Tx,
    rekey: &Core,
    subject: &str,
    is_guarded: bool,
) -> Result<bool> {
    lock_subject(tx, rekey, subject).await?;
    let budget = Rule::Budget(rekey.snapshot().settings.throttle.guesses_per_account);
    let rules: &[Rule] = if is_guarded { &[budget, Rule::ConsecutiveFailures] } else { &[budget] };
    match apply_rules(tx, rekey, &row_id(rekey, LimitKind::Guesses, subject), rules).await? {
        LimitOutcome::Throttled(retry_after) => Err(Refusal::RecoveryDelayed { retry_after }.into()),
        LimitOutcome::Blocked => Err(Refusal::CodesBlocked.into()),
        outcome => Ok(outcome == LimitOutcome::LastBeforeBlock),
    }
}
