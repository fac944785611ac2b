//! Sessions of signed-in users: started (`start`), found by their token, ended one by one or all at once
//! (`revoke`). `last_seen_at` is written at most once an hour, so a page costs one read. A session may be
//! restricted to changing the password; `by_token` does not accept such a session.

pub mod revoke;
mod start;
pub mod store;

use crate::audit::event::{Event, EventKind};
use crate::messages::enqueue;
use crate::types::error::{Error, Refusal, Result};
use crate::types::ids::{SessionId, UserId};
use crate::types::secret::{Secret, sha256_digest};
use crate::users::user::User;
use crate::{Context, Core, audit, sessions, users};

pub(crate) use crate::sessions::start::{NewSession, SessionKind, promote_to_full_session, start};
pub use crate::sessions::start::{RECOVERY_TTL_SECONDS, TTL_SECONDS, issue, shorten};
pub use crate::sessions::store::Session;

/// How often `last_seen_at` is written, in seconds.
const LAST_SEEN_INTERVAL_SECONDS: i64 = 3600;

/// A signed-in user and their session.
#[derive(Clone, Debug)]
pub struct AuthenticatedUser {
    /// The user.
    pub user: User,
    /// The session.
    pub session: Session,
}

/// The user of an active, full session with this token, if they may still sign in.
pub async fn by_token(core: &Core, token: &Secret) -> Result<Option<AuthenticatedUser>> {
    Ok(by_token_including_restricted(core, token)
        .await?
        .filter(|current| current.session.must_change.is_none()))
}

/// The same, or a user who must change the password first (`session.must_change`). Changed settings do not
/// lift that, unless users may no longer change their passwords at all.
pub async fn by_token_including_restricted(core: &Core, token: &Secret) -> Result<Option<AuthenticatedUser>> {
    let now = core.now();
    let mut tx = core.store.read().await?;
    let Some(session) = sessions::store::by_token(&mut tx, &sha256_digest(token.expose()), now).await? else {
        return Ok(None);
    };
    let user = users::store::by_id(&mut tx, &session.user_id)
        .await?
        .filter(|user| is_valid_for_user(core, user, &session));
    tx.rollback().await?;
    if session.last_seen_at.plus_seconds(LAST_SEEN_INTERVAL_SECONDS) < now {
        let mut tx = core.store.write().await?;
        sessions::store::mark_seen(&mut tx, &session.id, now).await?;
        tx.commit().await?;
    }
    Ok(user.map(|user| AuthenticatedUser { user, session }))
}

/// A session restricted to changing the password proves only the password it was started with: an attacker
/// who knew an old one must not bypass a reset with it.
pub(crate) fn is_valid_for_user(core: &Core, user: &User, session: &Session) -> bool {
    let is_proof = |of| {
        core.snapshot().settings.account_center.allows_password_change()
            && user.password_changed_at_or_epoch() == of
            && user.password_frozen_at.is_none()
    };
    !user.is_suspended && session.must_change.is_none_or(is_proof)
}

/// The user's sessions, last seen first.
pub async fn list(core: &Core, user: &UserId) -> Result<Vec<Session>> {
    let now = core.now();
    let mut tx = core.store.read().await?;
    Ok(sessions::store::list(&mut tx, user, now).await?)
}

/// Ends one session of this user.
#[tracing::instrument(name = "end_session", skip_all)]
pub async fn end(context: Context<'_>, user: &UserId, id: &SessionId) -> Result<()> {
    let mut tx = context.core.store.write().await?;
    if !revoke::revoke_session(&mut tx, context.core, user, id).await? {
        return Err(Error::Refused(Refusal::NotFound));
    }
    let event = Event::success(EventKind::SessionEnd, Some(user.clone())).with_subject(id.as_str());
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Ok(())
}

/// Ends every session of this user but `keep`; returns how many.
#[tracing::instrument(name = "end_other_sessions", skip_all)]
pub async fn end_all_but(context: Context<'_>, user: &UserId, keep: Option<&SessionId>) -> Result<i64> {
    let mut tx = context.core.store.write().await?;
    let ended = revoke::revoke_other_sessions(&mut tx, context.core, user, keep).await?;
    audit::record(&mut tx, context, &Event::success(EventKind::SessionEnd, Some(user.clone()))).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Ok(ended)
}
