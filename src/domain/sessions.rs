//! Sessions of signed-in people: started by signing in, touched by being used, ended one by one or all at once. The token is
//! handed out once and kept as a digest. The surprise: `last seen` is written at most once an hour, so a page costs one read.

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

use super::{Rekey, audit};

/// A session ends after this many seconds whatever happens: thirty days.
const LIFE: i64 = 30 * 24 * 3600;
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

/// Starts a session; the token goes into the cookie and nowhere else. Always a new one: what a browser brought along is
/// never adopted (session fixation).
pub(super) async fn start(tx: &mut Tx, rekey: &Rekey, caller: &Caller, user: &UserId) -> Result<Secret> {
    let (now, token) = (rekey.now(), token(rekey.chance()));
    let session = Session {
        id: SessionId::fresh(now, rekey.chance()),
        user_id: user.clone(),
        ip: caller.ip.clone(),
        user_agent: caller.user_agent.clone(),
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus(LIFE),
    };
    sessions::insert(tx, &session, &digest(token.expose())).await?;
    Ok(token)
}

/// Who holds this token, if the session lives and the person may still be here.
pub async fn present(rekey: &Rekey, token: &Secret) -> Result<Option<Present>> {
    let now = rekey.now();
    let mut tx = rekey.store.read().await?;
    let Some(session) = sessions::by_token(&mut tx, &digest(token.expose()), idle_since(now), now).await?
    else {
        return Ok(None);
    };
    let user = users::by_id(&mut tx, &session.user_id).await?.filter(|user| !user.is_suspended);
    tx.rollback().await?;
    if session.last_seen_at.plus(TOUCH) < now {
        let mut tx = rekey.store.write().await?;
        sessions::mark_seen(&mut tx, &session.id, now).await?;
        tx.commit().await?;
    }
    Ok(user.map(|user| Present { user, session }))
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
    if !sessions::end(&mut tx, user, id).await? {
        return Err(Error::Refused(Refusal::NotFound));
    }
    let event = Event::success(EventKind::SessionEnd, Some(user.clone())).about(id.as_str());
    audit::record(&mut tx, rekey, caller, &event).await?;
    Ok(tx.commit().await?)
}

/// Ends every session of this person but `keep`; tells how many.
pub async fn end_all_but(
    rekey: &Rekey,
    caller: &Caller,
    user: &UserId,
    keep: Option<&SessionId>,
) -> Result<i64> {
    let mut tx = rekey.store.write().await?;
    let ended = sessions::end_all_but(&mut tx, user, keep).await?;
    audit::record(&mut tx, rekey, caller, &Event::success(EventKind::SessionEnd, Some(user.clone()))).await?;
    tx.commit().await?;
    Ok(ended)
}
