//! What a new password does to the account's sessions: the one that sets it is checked once more and becomes
//! an ordinary one, and the others end as the setting says, with the grants that began in them.

use crate::Core;
use crate::db::sql::Tx;
use crate::passwords::set::reason::SetReason;
use crate::sessions::{self, Session, promote_to_full_session, revoke};
use crate::settings::SessionRevocation;
use crate::types::error::Result;
use crate::types::ids::UserId;
use crate::types::secret::{Secret, generate_token, sha256_digest};

/// What happens to the token of the session that sets the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionTokenPolicy {
    /// It is replaced (ASVS 7.2.4).
    Rotate,
    /// It stays: the API's response has no field for a new one.
    Keep,
}

/// The session that sets a password.
#[derive(Clone, Copy)]
pub(crate) struct ChangingSession<'a> {
    /// The session, as it was read before the check.
    pub session: &'a Session,
    /// What happens to its token.
    pub token: SessionTokenPolicy,
}

/// What a password did to the sessions.
pub(super) struct SessionEffects {
    /// How many others ended.
    pub ended: i64,
    /// The new token of the session that set the password, if it got one.
    pub token: Option<Secret>,
}

/// Ends the other sessions, and gives the session that set the password a new token. It is called after the
/// account's row was written, because sign-in locks that row before a session.
pub(super) async fn end_and_rotate(
    tx: &mut Tx,
    core: &Core,
    user: &UserId,
    reason: SetReason<'_>,
) -> Result<SessionEffects> {
    let own = reason.changing_session();
    if let Some(own) = own {
        confirm_session(tx, core, own, reason).await?;
    }
    let ended = if reason.ends_other_sessions() { end_others(tx, core, user, reason).await? } else { 0 };
    let token = match own {
        Some(own) => rotate_token(tx, core, own).await?,
        None => None,
    };
    Ok(SessionEffects { ended, token })
}

/// Locks the session that sets the password. It may have ended while the password was hashed: "this wasn't
/// me" must win over a password change in progress.
async fn confirm_session(
    tx: &mut Tx,
    core: &Core,
    own: ChangingSession<'_>,
    reason: SetReason<'_>,
) -> Result<()> {
    if !sessions::store::lock_including_restricted(tx, &own.session.id, core.now()).await? {
        return Err(reason.conflict().into());
    }
    if own.session.must_change.is_some() {
        promote_to_full_session(tx, core, own.session).await?;
    }
    Ok(())
}

/// Ends sessions as the setting says; returns how many others ended. With `All` the session that set the
/// password ends too, but its user knows that and is not told of one session too many.
async fn end_others(tx: &mut Tx, core: &Core, user: &UserId, reason: SetReason<'_>) -> Result<i64> {
    let kept = reason.kept_session();
    Ok(match core.snapshot().settings.after_password_change.revoke {
        SessionRevocation::None => 0,
        SessionRevocation::Others => revoke::revoke_other_sessions(tx, core, user, kept).await?,
        SessionRevocation::All => {
            let ended = revoke::revoke_other_sessions(tx, core, user, None).await?;
            ended.saturating_sub(i64::from(kept.is_some())).max(0)
        }
    })
}

/// Gives the session a new token, if it has one and still exists (ASVS 7.2.4).
async fn rotate_token(tx: &mut Tx, core: &Core, own: ChangingSession<'_>) -> Result<Option<Secret>> {
    let has_ended = core.snapshot().settings.after_password_change.revoke == SessionRevocation::All;
    if has_ended || own.token == SessionTokenPolicy::Keep {
        return Ok(None);
    }
    let token = generate_token(core.rng());
    sessions::store::save_token(tx, &own.session.id, &sha256_digest(token.expose())).await?;
    Ok(Some(token))
}
