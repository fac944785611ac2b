//! The one writer of passwords: every hash of every account is saved by `set`, in the caller's transaction,
//! with all that follows from it. It judges neither the password (`validate_and_hash`) nor the right to set
//! one, which the caller consumes in the same transaction. What differs by reason is the table in `reason`.

mod announcement;
mod reason;
mod sessions;

use crate::Core;
use crate::credentials::{CredentialChange, end_proofs};
use crate::db::sql::Tx;
use crate::passwords::AcceptedPassword;
use crate::passwords::set::sessions::SessionEffects;
use crate::passwords::store::{self, NewHash};
use crate::throttle::{LimitKind, clear, row_id};
use crate::types::error::Result;
use crate::types::secret::Secret;
use crate::users::user::User;

pub(crate) use crate::passwords::set::reason::SetReason;
pub(crate) use crate::passwords::set::sessions::ChangingSession;
pub use crate::passwords::set::sessions::SessionTokenPolicy;

/// What was done beside writing the password.
#[derive(Clone, Debug)]
pub(crate) struct SetOutcome {
    /// The account afterwards; for a rehash, as it was given.
    pub user: User,
    /// How many other sessions ended.
    pub ended_sessions: i64,
    /// The new token of the session that set the password, if it got one.
    pub token: Option<Secret>,
}

/// Saves a password of this account, which is given as it was read before the check. The caller has locked
/// the account's throttle row, unless the account is new or the password the same, and locks nothing
/// afterwards, because webhooks are published last. A condition of the reason that is no longer met is a
/// refusal, and the caller drops the transaction.
pub(crate) async fn set(
    tx: &mut Tx,
    core: &Core,
    user: &User,
    accepted: &AcceptedPassword,
    reason: SetReason<'_>,
) -> Result<SetOutcome> {
    let Some(condition) = reason.condition(user) else {
        return replace_hash(tx, user, accepted).await;
    };
    if let Some(kind) = reason.change_kind() {
        end_proofs(tx, core, &CredentialChange { user, kind, keep: reason.kept_session() }).await?;
    }
    let new = NewHash { digest: accepted.phc(), changed_at: core.now(), proved_by: reason.proved_by() };
    let written = store::set(tx, &user.id, &new, condition).await?;
    let after = written.ok_or_else(|| reason.conflict())?;
    let SessionEffects { ended, token } = sessions::end_and_rotate(tx, core, &user.id, reason).await?;
    let outcome = SetOutcome { user: after, ended_sessions: ended, token };
    announcement::announce(tx, core, user, &outcome, reason).await?;
    Ok(outcome)
}

/// A rehash that lost against a change is left: the new password has a hash of its own.
async fn replace_hash(tx: &mut Tx, user: &User, accepted: &AcceptedPassword) -> Result<SetOutcome> {
    if let Some(old) = &user.password_digest {
        store::replace_hash(tx, &user.id, old, accepted.phc()).await?;
    }
    Ok(SetOutcome { user: user.clone(), ended_sessions: 0, token: None })
}

/// Clears what a stranger may have used up against the owner, who has just proved the address: messages to
/// it, guessed codes and failed sign-ins. Verifying clears the guesses too, but a stranger can go on guessing
/// until the password is set. `subject` is the account's, `identifier` the proved one, both as keys. It is
/// called before the transaction touches a request or a session, as throttle rows are locked first
/// everywhere, and so not by `set` itself.
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
