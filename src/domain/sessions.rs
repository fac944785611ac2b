//! Sessions of signed-in people: started by signing in, touched by being used, ended one by one or all at once. The token is
//! handed out once and kept as a digest. The surprises: `last seen` is written at most once an hour, so a page costs one read;
//! and a session may be good for nothing but changing the password, which `present` does not take for being here.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::ids::{SessionId, UserId};
use crate::model::secret::{Secret, digest, token};
use crate::model::session::Session;
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{sessions, users};

use super::apps::Author;
use super::oidc::ending;
use super::{Rekey, account, audit, notify, sdk};

/// A session ends after this many seconds whatever happens: thirty days.
pub const LIFE: u32 = 30 * 24 * 3600;
/// A session that nobody used for this many seconds is over: fourteen days.
const IDLE: i64 = 14 * 24 * 3600;
/// How often `last seen` is written, in seconds.
const TOUCH: i64 = 3600;

/// Somebody signed in, in this browser.
#[derive(Clone, Debug)]
pub struct Present {
    /// Who.
    pub user: User,
    /// The session.
    pub session: Session,
}

/// A session that just began.
pub(super) struct Started {
    /// Its id.
    pub id: SessionId,
    /// Its token.
    pub token: Secret,
}

/// What a new session is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stay {
    /// Everything.
    Ordinary,
    /// Changing the password, for as long as a recovery's grant on our pages.
    UntilChanged,
    /// The same for so many seconds.
    UntilChangedWithin(i64),
}

/// Starts a session; the token goes into the cookie and nowhere else. Always a new one: what a browser brought along is
/// never adopted (session fixation).
pub(super) async fn start(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    user: &User,
    stay: Stay,
) -> Result<Started> {
    let (now, token) = (rekey.now(), token(rekey.chance()));
    let life = match stay {
        Stay::Ordinary => i64::from(LIFE),
        Stay::UntilChanged => i64::from(rekey.live().settings.recovery.grant_ttl),
        Stay::UntilChangedWithin(life) => life,
    };
    let session = Session {
        id: SessionId::fresh(now, rekey.chance()),
        user_id: user.id.clone(),
        ip: caller.ip.clone(),
        user_agent: caller.user_agent.clone(),
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus(life),
        must_change: (stay != Stay::Ordinary).then(|| user.password_since()),
    };
    sessions::insert(tx, &session, &digest(token.expose())).await?;
    Ok(Started { id: session.id, token })
}

/// Starts a session for this person as an operator's machine, for so many seconds; the token is handed out here and nowhere else.
pub async fn issue(rekey: &Rekey, by: Author<'_>, user: &User, life: Option<i64>) -> Result<Secret> {
    let mut tx = rekey.store.write().await?;
    let started = start(&mut tx, rekey, by.caller, user, Stay::Ordinary).await?;
    if let Some(life) = life {
        sessions::shorten(&mut tx, &digest(started.token.expose()), rekey.now().plus(life)).await?;
    }
    let event = Event::ended(EventKind::SignIn, "issued", Some(user.id.clone())).about(by.key);
    audit::record(&mut tx, rekey, by.caller, &event).await?;
    tx.commit().await?;
    Ok(started.token)
}

/// Lets a session end earlier, after so many seconds; later than it would anyway it never ends.
pub async fn shorten(rekey: &Rekey, token: &Secret, life: i64) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    sessions::shorten(&mut tx, &digest(token.expose()), rekey.now().plus(life)).await?;
    Ok(tx.commit().await?)
}

/// Makes a session that only changes the password an ordinary one; says no when it ended or was used for that before.
pub(super) async fn release(tx: &mut Tx, rekey: &Rekey, session: &Session) -> Result<()> {
    let now = rekey.now();
    if !sessions::release(tx, &session.id, now, now.plus(i64::from(LIFE))).await? {
        return Err(Refusal::GrantGone.into());
    }
    sdk::tokens::release(tx, rekey, session).await
}

/// Who is here: holds this token of a live session that is good for everything, and may still be here.
pub async fn present(rekey: &Rekey, token: &Secret) -> Result<Option<Present>> {
    Ok(holder(rekey, token).await?.filter(|here| here.session.must_change.is_none()))
}

/// The same, or somebody who must change the password first (`session.must_change`). Changed settings let nobody off: who was
/// told to change does so, unless people may not change their passwords any more and there is nothing to wait for.
pub async fn holder(rekey: &Rekey, token: &Secret) -> Result<Option<Present>> {
    let now = rekey.now();
    let mut tx = rekey.store.read().await?;
    let Some(session) = sessions::by_token(&mut tx, &digest(token.expose()), idle_since(now), now).await?
    else {
        return Ok(None);
    };
    let user = users::by_id(&mut tx, &session.user_id).await?.filter(|user| may_stay(rekey, user, &session));
    tx.rollback().await?;
    if session.last_seen_at.plus(TOUCH) < now {
        let mut tx = rekey.store.write().await?;
        sessions::mark_seen(&mut tx, &session.id, now).await?;
        tx.commit().await?;
    }
    Ok(user.map(|user| Present { user, session }))
}

/// A session that only changes the password proves the one it was started with, and no other: whoever knew an old one must not
/// get past a reset with it.
pub(super) fn may_stay(rekey: &Rekey, user: &User, session: &Session) -> bool {
    let is_proof = |of| {
        account::may_change_password(rekey)
            && user.password_since() == of
            && user.password_frozen_at.is_none()
    };
    !user.is_suspended && session.must_change.is_none_or(is_proof)
}

fn idle_since(now: Timestamp) -> Timestamp {
    now.plus(-IDLE)
}

/// Where a person is signed in, last seen first.
pub async fn list(rekey: &Rekey, user: &UserId) -> Result<Vec<Session>> {
    let now = rekey.now();
    let mut tx = rekey.store.read().await?;
    Ok(sessions::list(&mut tx, user, idle_since(now), now).await?)
}

/// Ends one session of this person.
pub async fn end(rekey: &Rekey, caller: &Caller, user: &UserId, id: &SessionId) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    if !ending::one(&mut tx, rekey, user, id).await? {
        return Err(Error::Refused(Refusal::NotFound));
    }
    let event = Event::success(EventKind::SessionEnd, Some(user.clone())).about(id.as_str());
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(())
}

/// Ends every session of this person but `keep`; tells how many.
pub async fn end_all_but(
    rekey: &Rekey,
    caller: &Caller,
    user: &UserId,
    keep: Option<&SessionId>,
) -> Result<i64> {
    let mut tx = rekey.store.write().await?;
    let ended = ending::all_but(&mut tx, rekey, user, keep).await?;
    audit::record(&mut tx, rekey, caller, &Event::success(EventKind::SessionEnd, Some(user.clone()))).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(ended)
}
