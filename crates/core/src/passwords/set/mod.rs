//! The one writer of passwords: every hash of every account is saved by `set`, in the caller's transaction,
//! with all that follows from it. It judges neither the password (`validate_and_hash`) nor the right to set
//! one, which the caller consumes in the same transaction. What differs by reason is the table in `reason`.

mod announcement;
mod limits;
mod reason;
mod sessions;

use crate::Core;
use crate::credentials::{CredentialChange, end_proofs};
use crate::db::sql::Tx;
use crate::passwords::store::{self, NewHash};
use crate::types::error::Result;
use crate::types::secret::Secret;
use crate::users::user::User;

pub use crate::passwords::set::reason::SessionTokenPolicy;

pub(crate) use crate::passwords::set::limits::{clear_limits_after_recovery, clear_limits_by_operator};
pub(crate) use crate::passwords::set::reason::{ChangingSession, SetReason};

use crate::passwords::AcceptedPassword;
use crate::passwords::set::sessions::SessionEffects;

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
