//! Starts sessions, full and restricted ones, and changes how long they last. The token is handed out once
//! and stored as a digest.

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::sessions::store::{self, Session};
use crate::types::error::{Refusal, Result};
use crate::types::ids::SessionId;
use crate::types::secret::{Secret, generate_token, sha256_digest};
use crate::users::user::User;
use crate::{Context, Core, audit, grants};

/// The absolute lifetime of a session in seconds: thirty days.
pub const TTL_SECONDS: u32 = 30 * 24 * 3600;
/// How long a browser's session may be unused, in seconds: fourteen days.
const IDLE_TIMEOUT_SECONDS: i64 = 14 * 24 * 3600;
/// How long a forgotten password may be set, in seconds: an hour, as documented for the SDK.
pub const RECOVERY_TTL_SECONDS: i64 = 3600;

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
        idle_seconds: IDLE_TIMEOUT_SECONDS,
        must_change: (stay != SessionKind::Full).then(|| user.password_changed_at_or_epoch()),
    };
    store::insert(tx, &session, &sha256_digest(token.expose())).await?;
    Ok(NewSession { id: session.id, token })
}

/// Starts a session for this user on behalf of an API client, with a lifetime in seconds; the token is
/// returned only here.
#[tracing::instrument(name = "issue_session", skip_all)]
pub async fn issue(core: &Core, by: Actor<'_>, user: &User, life: Option<i64>) -> Result<Secret> {
    let mut tx = core.store.write().await?;
    let started = start(&mut tx, by.context(core), user, SessionKind::Full).await?;
    if let Some(life) = life {
        store::shorten(&mut tx, &sha256_digest(started.token.expose()), core.now().plus_seconds(life))
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
    store::shorten(&mut tx, &sha256_digest(token.expose()), core.now().plus_seconds(life)).await?;
    Ok(tx.commit().await?)
}

/// Turns a session restricted to changing the password into a full one; refuses if it ended or was promoted
/// before.
pub(crate) async fn promote_to_full_session(tx: &mut Tx, core: &Core, session: &Session) -> Result<()> {
    let now = core.now();
    let life = i64::from(TTL_SECONDS).max(session.idle_seconds);
    if !store::promote(tx, &session.id, now, now.plus_seconds(life)).await? {
        return Err(Refusal::GrantInvalid.into());
    }
    grants::promote_for_session(tx, core, &session.user_id, &session.id).await
}
