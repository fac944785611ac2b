//! Ends sessions, with every grant that began in them and every code and token of those, and enqueues the
//! logout notifications in the same transaction. The session's row is ended before the grants: a code that is
//! being issued meanwhile locks that row, so it is either seen here or never issued.

use std::collections::BTreeSet;

use crate::db::sql::Tx;
use crate::grants::grant::Grant;
use crate::grants::logout_store::{self, LogoutRow};
use crate::sessions::store;
use crate::types::error::Result;
use crate::types::ids::{SessionId, UserId, generate};
use crate::{Core, grants};

/// How long a logout notification is retried, in seconds: a day.
const LOGOUT_TTL_SECONDS: i64 = 24 * 3600;

/// Ends one session of this user; false when it is not theirs or no longer exists.
pub(crate) async fn revoke_session(tx: &mut Tx, core: &Core, user: &UserId, id: &SessionId) -> Result<bool> {
    let ended = store::revoke(tx, user, id).await?;
    if ended {
        let ending = grants::store::list(tx, user, Some(id)).await?;
        enqueue_logouts(tx, core, &ending).await?;
        grants::store::revoke_by_session(tx, user, id).await?;
    }
    Ok(ended)
}

/// Ends every session of a user, or every one but this, and the grants of sessions that ended before them;
/// returns how many sessions.
pub(crate) async fn revoke_other_sessions(
    tx: &mut Tx,
    core: &Core,
    user: &UserId,
    keep: Option<&SessionId>,
) -> Result<i64> {
    let ended = store::revoke_all_except(tx, user, keep).await?;
    let found = grants::store::list(tx, user, None).await?;
    let ending: Vec<Grant> = found.into_iter().filter(|grant| Some(&grant.session_id) != keep).collect();
    enqueue_logouts(tx, core, &ending).await?;
    grants::store::revoke_all_except(tx, user, keep).await?;
    Ok(ended)
}

/// Ends the user's sessions that may only set a new password, except this one: that includes those of a
/// recovery through an app, with its tokens. They are locked first, so that a token being issued meanwhile is
/// either seen here or never issued.
pub(crate) async fn revoke_restricted_sessions(
    tx: &mut Tx,
    core: &Core,
    user: &UserId,
    keep: Option<&SessionId>,
) -> Result<()> {
    store::lock_restricted(tx, user, keep).await?;
    let ending = grants::store::list_restricted(tx, user, keep).await?;
    enqueue_logouts(tx, core, &ending).await?;
    grants::store::revoke_restricted(tx, user, keep).await?;
    Ok(store::revoke_restricted(tx, user, keep).await?)
}

/// Ends one app grant; the user's session here stays.
pub(crate) async fn revoke_grant(tx: &mut Tx, core: &Core, grant: &Grant) -> Result<()> {
    enqueue_logouts(tx, core, std::slice::from_ref(grant)).await?;
    grants::store::revoke(tx, &grant.id).await?;
    Ok(())
}

/// Ends every grant of a user for one app; their sessions here stay.
pub(crate) async fn revoke_app_grants(tx: &mut Tx, core: &Core, user: &UserId, app: &str) -> Result<()> {
    let mut ending = grants::store::list(tx, user, None).await?;
    ending.retain(|grant| grant.app_id == app);
    enqueue_logouts(tx, core, &ending).await?;
    Ok(grants::store::revoke_by_user(tx, user, app).await?)
}

/// A session and its user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnedSession<'a> {
    /// The user.
    pub user: &'a UserId,
    /// The session.
    pub id: &'a SessionId,
}

/// Replaces the previous session of this browser: if the user is the same, grants that began in the old
/// session move to the new one.
pub(crate) async fn replace_session(
    tx: &mut Tx,
    core: &Core,
    before: OwnedSession<'_>,
    after: OwnedSession<'_>,
) -> Result<()> {
    if before.user == after.user {
        // The session is locked before its grants, as everywhere: two requests that end it at once must not
        // deadlock.
        store::lock(tx, before.id, core.now()).await?;
        grants::store::reassign_session(tx, before.user, before.id, after.id).await?;
    }
    revoke_session(tx, core, before.user, before.id).await?;
    Ok(())
}

/// Enqueues the logout notifications for the apps, each once a session.
async fn enqueue_logouts(tx: &mut Tx, core: &Core, ending: &[Grant]) -> Result<()> {
    let snapshot = core.snapshot();
    let now = core.now();
    let listens =
        |grant: &&Grant| snapshot.app(&grant.app_id).is_some_and(|app| app.backchannel_logout_uri.is_some());
    let mut notified = BTreeSet::new();
    for grant in ending.iter().filter(listens) {
        if notified.insert((&grant.app_id, grant.session_id.as_str())) {
            let logout = LogoutRow {
                id: generate(now, core.rng(), 21),
                app_id: grant.app_id.clone(),
                user_id: grant.user_id.clone(),
                session_id: grant.session_id.clone(),
                attempts: 0,
                expires_at: now.plus_seconds(LOGOUT_TTL_SECONDS),
            };
            logout_store::insert(tx, &logout, now).await?;
        }
    }
    Ok(())
}
