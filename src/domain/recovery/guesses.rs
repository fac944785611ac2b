//! The count of guessed codes, for every place where a code is typed: an account, or an address that is nobody's, has one budget of them.

use crate::domain::Rekey;
use crate::domain::throttle::{Purpose, Rule, Turn, hold, id, turn};
use crate::model::error::{Refusal, Result};
use crate::store::sql::Tx;

/// Counts a guess, with the row of its subject held from then on, or refuses it; tells whether it blocks the codes of the subject when it is
/// wrong. Only an account is guarded beyond the budget of an hour: nobody else has another way on.
pub(in crate::domain) async fn count_guess(
    tx: &mut Tx,
    rekey: &Rekey,
    subject: &str,
    is_guarded: bool,
) -> Result<bool> {
    hold(tx, rekey, subject).await?;
    let budget = Rule::Budget(rekey.live().settings.throttle.guesses_per_account);
    let rules: &[Rule] = if is_guarded { &[budget, Rule::InARow] } else { &[budget] };
    match turn(tx, rekey, &id(rekey, Purpose::Guesses, subject), rules).await? {
        Turn::Waits(retry_after) => Err(Refusal::RecoveryWaits { retry_after }.into()),
        Turn::Blocked => Err(Refusal::CodesBlocked.into()),
        outcome => Ok(outcome == Turn::Blocks),
    }
}
