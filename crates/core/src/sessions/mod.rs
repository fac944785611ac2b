//! Sessions of signed-in users: started, refreshed, ended one by one or all at once (`revoke`). The token
//! is handed out once and stored as a digest; `last_seen_at` is written at most once an hour, so a page
//! costs one read. A session may be limited to changing the password; `by_token` does not accept such a
//! session.

pub mod revoke;
pub mod session;
pub mod store;

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::sessions::session::Session;
use crate::types::error::{Error, Refusal, Result};
use crate::types::ids::{SessionId, UserId};
use crate::types::secret::{Secret, generate_token, sha256_digest};
use crate::types::time::Timestamp;
use crate::users::user::User;
use crate::{Context, sessions, users};
use crate::{Core, audit, grants};

/// The absolute lifetime of a session in seconds: thirty days.
pub const TTL_SECONDS: u32 = 30 * 24 * 3600;
/// The idle timeout of a session in seconds: fourteen days.
const IDLE_TIMEOUT_SECONDS: i64 = 14 * 24 * 3600;
/// How long a forgotten password may be set, in seconds: an hour, as documented for the SDK.
pub const RECOVERY_TTL_SECONDS: i64 = 3600;
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

/// A session that was just started.
pub(crate) struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Its token.
    pub token: Secret,
}

/// What a new session may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionKind {
    /// Everything.
    Full,
    /// Changing the password, for as long as a recovery's grant on our pages lasts.
    MustChangePassword,
    /// The same for this many seconds.
    MustChangePasswordWithin(i64),
}

/// Starts a session; the token is returned for the cookie only. It is always a new one: a session id sent by
/// the browser is never adopted (session fixation).
pub(crate) async fn start(
    tx: &mut Tx,
    context: Context<'_>,
    user: &User,
    stay: SessionKind,
) -> Result<NewSession> {
    let Context { core, caller } = context;
    let now = core.now();
    let token = generate_token(core.rng());
    let life = match stay {
        SessionKind::Full => i64::from(TTL_SECONDS),
        SessionKind::MustChangePassword => i64::from(core.snapshot().settings.recovery.grant_ttl),
        SessionKind::MustChangePasswordWithin(life) => life,
    };
    let session = Session {
        id: SessionId::generate(now, core.rng()),
        user_id: user.id.clone(),
        ip: caller.ip.clone(),
        user_agent: caller.user_agent.clone(),
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus_seconds(life),
        must_change: (stay != SessionKind::Full).then(|| user.password_changed_at_or_epoch()),
    };
    sessions::store::insert(tx, &session, &sha256_digest(token.expose())).await?;
    Ok(NewSession { id: session.id, token })
}

/// Starts a session for this user on behalf of an API client, with a lifetime in seconds; the token is
/// returned only here.
#[tracing::instrument(name = "issue_session", skip_all)]
pub async fn issue(core: &Core, by: Actor<'_>, user: &User, life: Option<i64>) -> Result<Secret> {
    let mut tx = core.store.write().await?;
    let started = start(&mut tx, by.context(core), user, SessionKind::Full).await?;
    if let Some(life) = life {
        sessions::store::shorten(
            &mut tx,
            &sha256_digest(started.token.expose()),
            core.now().plus_seconds(life),
        )
        .await?;
    }
    let event = Event::with_result(EventKind::SignIn, "issued", Some(user.id.clone())).with_subject(by.key);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok(started.token)
}

/// Shortens a session to this many seconds from now; it is never extended.
pub async fn shorten(core: &Core, token: &Secret, life: i64) -> Result<()> {
    let mut tx = core.store.write().await?;
    sessions::store::shorten(&mut tx, &sha256_digest(token.expose()), core.now().plus_seconds(life)).await?;
    Ok(tx.commit().await?)
}

/// Turns a session limited to changing the password into a full one; refuses if it ended or was promoted
/// before.
pub(crate) async fn promote_to_full_session(tx: &mut Tx, core: &Core, session: &Session) -> Result<()> {
    let now = core.now();
    if !sessions::store::promote(tx, &session.id, now, now.plus_seconds(i64::from(TTL_SECONDS))).await? {
        return Err(Refusal::GrantInvalid.into());
    }
    grants::promote_for_session(tx, core, &session.user_id, &session.id).await
}

/// The user of an active, full session with this token, if they may still sign in.
pub async fn by_token(core: &Core, token: &Secret) -> Result<Option<AuthenticatedUser>> {
    Ok(by_token_including_restricted(core, token).await?.filter(|here| here.session.must_change.is_none()))
}

/// The same, or a user who must change the password first (`session.must_change`). Changed settings do not
/// lift that, unless users may no longer change their passwords at all.
pub async fn by_token_including_restricted(core: &Core, token: &Secret) -> Result<Option<AuthenticatedUser>> {
    let now = core.now();
    let mut tx = core.store.read().await?;
    let Some(session) =
        sessions::store::by_token(&mut tx, &sha256_digest(token.expose()), idle_cutoff(now), now).await?
    else {
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

/// A session limited to changing the password proves only the password it was started with: an attacker
/// who knew an old one must not bypass a reset with it.
pub(crate) fn is_valid_for_user(core: &Core, user: &User, session: &Session) -> bool {
    let is_proof = |of| {
        core.snapshot().settings.account_center.allows_password_change()
            && user.password_changed_at_or_epoch() == of
            && user.password_frozen_at.is_none()
    };
    !user.is_suspended && session.must_change.is_none_or(is_proof)
}

fn idle_cutoff(now: Timestamp) -> Timestamp {
    now.plus_seconds(-IDLE_TIMEOUT_SECONDS)
}

/// The user's sessions, last seen first.
pub async fn list(core: &Core, user: &UserId) -> Result<Vec<Session>> {
    let now = core.now();
    let mut tx = core.store.read().await?;
    Ok(sessions::store::list(&mut tx, user, idle_cutoff(now), now).await?)
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
