//! Sessions of signed-in people: started by signing in, touched by being used, ended one by one or all at
//! once. The token is handed out once and kept as a digest. The surprises: `last seen` is written at most
//! once an hour, so a page costs one read; and a session may be good for nothing but changing the password,
//! which `present` does not take for being here.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::ids::{SessionId, UserId};
use crate::model::secret::{Secret, generate_token, sha256_digest};
use crate::model::session::Session;
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{sessions, users};

use super::apps::Actor;
use super::oidc::revocation;
use super::{Core, account, audit, notify, sdk};

/// A session ends after this many seconds whatever happens: thirty days.
pub const TTL_SECONDS: u32 = 30 * 24 * 3600;
/// A session that nobody used for this many seconds is over: fourteen days.
const IDLE_TIMEOUT_SECONDS: i64 = 14 * 24 * 3600;
/// How often `last seen` is written, in seconds.
const LAST_SEEN_INTERVAL_SECONDS: i64 = 3600;

/// Somebody signed in, in this browser.
#[derive(Clone, Debug)]
pub struct AuthenticatedUser {
    /// Who.
    pub user: User,
    /// The session.
    pub session: Session,
}

/// A session that just began.
pub(super) struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Its token.
    pub token: Secret,
}

/// What a new session is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionKind {
    /// Everything.
    Full,
    /// Changing the password, for as long as a recovery's grant on our pages.
    MustChangePassword,
    /// The same for so many seconds.
    MustChangePasswordWithin(i64),
}

/// Starts a session; the token goes into the cookie and nowhere else. Always a new one: what a browser
/// brought along is never adopted (session fixation).
pub(super) async fn start(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    user: &User,
    stay: SessionKind,
) -> Result<NewSession> {
    let (now, token) = (rekey.now(), generate_token(rekey.rng()));
    let life = match stay {
        SessionKind::Full => i64::from(TTL_SECONDS),
        SessionKind::MustChangePassword => i64::from(rekey.snapshot().settings.recovery.grant_ttl),
        SessionKind::MustChangePasswordWithin(life) => life,
    };
    let session = Session {
        id: SessionId::fresh(now, rekey.rng()),
        user_id: user.id.clone(),
        ip: caller.ip.clone(),
        user_agent: caller.user_agent.clone(),
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus_seconds(life),
        must_change: (stay != SessionKind::Full).then(|| user.password_changed_at_or_epoch()),
    };
    sessions::insert(tx, &session, &sha256_digest(token.expose())).await?;
    Ok(NewSession { id: session.id, token })
}

/// Starts a session for this person as an operator's machine, for so many seconds; the token is handed out
/// here and nowhere else.
pub async fn issue(rekey: &Core, by: Actor<'_>, user: &User, life: Option<i64>) -> Result<Secret> {
    let mut tx = rekey.store.write().await?;
    let started = start(&mut tx, rekey, by.caller, user, SessionKind::Full).await?;
    if let Some(life) = life {
        sessions::shorten(&mut tx, &sha256_digest(started.token.expose()), rekey.now().plus_seconds(life))
            .await?;
    }
    let event = Event::with_result(EventKind::SignIn, "issued", Some(user.id.clone())).with_subject(by.key);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    tx.commit().await?;
    Ok(started.token)
}

/// Lets a session end earlier, after so many seconds; later than it would anyway it never ends.
pub async fn shorten(rekey: &Core, token: &Secret, life: i64) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    sessions::shorten(&mut tx, &sha256_digest(token.expose()), rekey.now().plus_seconds(life)).await?;
    Ok(tx.commit().await?)
}

/// Makes a session that only changes the password an ordinary one; says no when it ended or was used for that
/// before.
pub(super) async fn promote_to_full_session(tx: &mut Tx, rekey: &Core, session: &Session) -> Result<()> {
    let now = rekey.now();
    if !sessions::promote(tx, &session.id, now, now.plus_seconds(i64::from(TTL_SECONDS))).await? {
        return Err(Refusal::GrantInvalid.into());
    }
    sdk::tokens::promote_grants(tx, rekey, session).await
}

/// Who is here: holds this token of a live session that is good for everything, and may still be here.
pub async fn by_token(rekey: &Core, token: &Secret) -> Result<Option<AuthenticatedUser>> {
    Ok(by_token_including_restricted(rekey, token).await?.filter(|here| here.session.must_change.is_none()))
}

/// The same, or somebody who must change the password first (`session.must_change`). Changed settings let
/// nobody off: who was told to change does so, unless people may not change their passwords any more and
/// there is nothing to wait for.
pub async fn by_token_including_restricted(
    rekey: &Core,
    token: &Secret,
) -> Result<Option<AuthenticatedUser>> {
    let now = rekey.now();
    let mut tx = rekey.store.read().await?;
    let Some(session) =
        sessions::by_token(&mut tx, &sha256_digest(token.expose()), idle_cutoff(now), now).await?
    else {
        return Ok(None);
    };
    let user = users::by_id(&mut tx, &session.user_id)
        .await?
        .filter(|user| is_valid_for_user(rekey, user, &session));
    tx.rollback().await?;
    if session.last_seen_at.plus_seconds(LAST_SEEN_INTERVAL_SECONDS) < now {
        let mut tx = rekey.store.write().await?;
        sessions::mark_seen(&mut tx, &session.id, now).await?;
        tx.commit().await?;
    }
    Ok(user.map(|user| AuthenticatedUser { user, session }))
}

/// A session that only changes the password proves the one it was started with, and no other: whoever knew an
/// old one must not get past a reset with it.
pub(super) fn is_valid_for_user(rekey: &Core, user: &User, session: &Session) -> bool {
    let is_proof = |of| {
        account::may_change_password(rekey)
            && user.password_changed_at_or_epoch() == of
            && user.password_frozen_at.is_none()
    };
    !user.is_suspended && session.must_change.is_none_or(is_proof)
}

fn idle_cutoff(now: Timestamp) -> Timestamp {
    now.plus_seconds(-IDLE_TIMEOUT_SECONDS)
}

/// Where a person is signed in, last seen first.
pub async fn list(rekey: &Core, user: &UserId) -> Result<Vec<Session>> {
    let now = rekey.now();
    let mut tx = rekey.store.read().await?;
    Ok(sessions::list(&mut tx, user, idle_cutoff(now), now).await?)
}

/// Ends one session of this person.
pub async fn end(rekey: &Core, caller: &Caller, user: &UserId, id: &SessionId) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    if !revocation::revoke_session(&mut tx, rekey, user, id).await? {
        return Err(Error::Refused(Refusal::NotFound));
    }
    let event = Event::success(EventKind::SessionEnd, Some(user.clone())).with_subject(id.as_str());
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(())
}

/// Ends every session of this person but `keep`; tells how many.
pub async fn end_all_but(
    rekey: &Core,
    caller: &Caller,
    user: &UserId,
    keep: Option<&SessionId>,
) -> Result<i64> {
    let mut tx = rekey.store.write().await?;
    let ended = revocation::revoke_other_sessions(&mut tx, rekey, user, keep).await?;
    audit::record(&mut tx, rekey, caller, &Event::success(EventKind::SessionEnd, Some(user.clone()))).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(ended)
}
