//! The count of guessed codes, for every place where a code is typed: an account, or an address that is nobody's, has one budget of them.

use crate::domain::Core;
use crate::domain::throttle::{LimitKind, LimitOutcome, Rule, apply_rules, lock_subject, row_id};
use crate::model::error::{Refusal, Result};
use crate::store::sql::Tx;

/// Counts a guess, with the row of its subject held from then on, or refuses it; tells whether it blocks the codes of the subject when it is
/// wrong. Only an account is guarded beyond the budget of an hour: nobody else has another way on.
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
