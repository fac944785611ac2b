//! Which counters a new password clears. They are cleared before the transaction touches a request or a
//! session, as throttle rows are locked first everywhere, and so not by `set` itself.

use crate::Core;
use crate::db::sql::Tx;
use crate::throttle::{LimitKind, clear, row_id};
use crate::types::error::Result;

/// Clears what a stranger may have used up against the owner, who has just proved the address: messages to
/// it, guessed codes and failed sign-ins. Verifying clears the guesses too, but a stranger can go on guessing
/// until the password is set. `subject` is the account's, `identifier` the proved one, both as keys.
pub(crate) async fn clear_limits_after_recovery(
    tx: &mut Tx,
    core: &Core,
    subject: &str,
    identifier: &str,
) -> Result<()> {
    let limits =
        [(LimitKind::Sends, identifier), (LimitKind::Guesses, subject), (LimitKind::SignIn, subject)];
    for (kind, counted) in limits {
        clear(tx, &row_id(core, kind, counted)).await?;
    }
    Ok(())
}

/// Clears the failed sign-ins alone: they were not made at the password that an operator sets now. Nobody has
/// proved an address, so guessed codes and sent messages still count.
pub(crate) async fn clear_limits_by_operator(tx: &mut Tx, core: &Core, subject: &str) -> Result<()> {
    clear(tx, &row_id(core, LimitKind::SignIn, subject)).await
}
