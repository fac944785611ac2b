//! Recovery: ask → prove → new password. A request is made for every well-formed identifier; one that belongs to nobody (or to
//! a suspended person) is a decoy that does the same work and can never verify, so nothing outside tells them apart (no_oracle).

pub mod complete;
mod gates;
pub mod link;
pub mod prove;
pub mod standing;

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::RequestId;
use crate::model::message::{Envelope, Message, RecoveryCode};
use crate::model::recovery::{RecoveryRequest, RequestState};
use crate::model::secret::below;
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{recovery, users};

use super::{Rekey, audit, codes, notify};
use gates::{admit_ip, offered, silenced};

/// The visible waits before another message, in seconds, by how many were asked for.
const RESEND_WAITS: [i64; 4] = [30, 60, 120, 300];

/// A request that was made, for the asking browser to hold.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The request.
    pub request: RequestId,
    /// What was asked for, canonical.
    pub identifier: Identifier,
}

/// Asks for a new password. The answer is the same for everyone; `held` is the request this browser already holds, which is kept
/// when it is for the same identifier and another message would only have been silenced.
pub async fn ask(rekey: &Rekey, caller: &Caller, typed: &str, held: Option<&RequestId>) -> Result<Asked> {
    let identifier = Identifier::parse(typed).ok_or(Refusal::IdentifierMalformed)?;
    ask_for(rekey, caller, identifier, held).await
}

/// The same for an identifier that is known to be well-formed.
pub async fn ask_for(
    rekey: &Rekey,
    caller: &Caller,
    identifier: Identifier,
    held: Option<&RequestId>,
) -> Result<Asked> {
    offered(rekey, &identifier)?;
    let tx = rekey.store.write().await?;
    let mut tx = admit_ip(tx, rekey, caller).await?;
    let user = users::by_identifier(&mut tx, &identifier).await?.filter(|user| !user.is_suspended);
    let silenced = silenced(&mut tx, rekey, &identifier).await?;
    let kept = if silenced { reusable(&mut tx, &identifier, held).await? } else { None };
    let request = match kept {
        Some(request) => request,
        None => open(&mut tx, rekey, caller, (&identifier, user.as_ref()), silenced).await?,
    };
    if !silenced {
        send(&mut tx, rekey, caller, &request, user.as_ref()).await?;
    }
    let event =
        Event::success(EventKind::PasswordResetInit, request.user_id.clone()).about(request.id.as_str());
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(Asked { request: request.id, identifier })
}

async fn reusable(
    tx: &mut Tx,
    identifier: &Identifier,
    held: Option<&RequestId>,
) -> Result<Option<RecoveryRequest>> {
    let Some(held) = held else { return Ok(None) };
    let found = recovery::by_id(tx, held).await?;
    Ok(found.filter(|request| {
        request.identifier == identifier.tagged() && request.state == RequestState::Requested
    }))
}

/// Writes a new request; unless it stays silent, it takes the place of earlier ones (decision 5).
async fn open(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    whose: (&Identifier, Option<&User>),
    silenced: bool,
) -> Result<RecoveryRequest> {
    let (identifier, user) = whose;
    let now = rekey.now();
    let request = RecoveryRequest {
        id: RequestId::fresh(now, rekey.chance()),
        user_id: user.map(|user| user.id.clone()),
        subject: user.map_or_else(|| identifier.tagged(), |user| user.id.0.clone()),
        identifier: identifier.tagged(),
        app_id: caller.app_id.clone(),
        state: RequestState::Requested,
        tries: 0,
        number: i64::from(10 + below(rekey.chance(), 90)),
        sends: 1,
        resend_at: resend_at(now, 1),
        created_at: now,
        verified_by: None,
        grant_expires_at: None,
        grant_digest: None,
    };
    if !silenced {
        recovery::mark_superseded(tx, &request.subject, &request.identifier).await?;
    }
    recovery::insert(tx, &request).await?;
    Ok(request)
}

fn resend_at(now: Timestamp, sends: i64) -> Timestamp {
    let index = usize::try_from(sends.saturating_sub(1)).unwrap_or(0).min(RESEND_WAITS.len() - 1);
    now.plus(RESEND_WAITS.get(index).copied().unwrap_or(300))
}

/// Mints a code and a link and puts them on their way to the stored address, never to what was typed (EV-1).
async fn send(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    request: &RecoveryRequest,
    user: Option<&User>,
) -> Result<()> {
    let minted = codes::mint(rekey, &request.id);
    recovery::insert_code(tx, &minted.row, &minted.link_digest).await?;
    let live = rekey.live();
    let identifier = Identifier::from_tagged(&request.identifier);
    let message = Message::RecoveryCode(RecoveryCode {
        code: minted.code,
        link: rekey.links.recovery(&minted.link),
        code_minutes: i64::from(live.settings.recovery.code_ttl / 60),
        link_minutes: i64::from(live.settings.recovery.link_ttl / 60),
        asked_at: rekey.now(),
        device: caller.device(),
        app: request.app_id.as_deref().and_then(|app| live.app(app)).map(|app| app.name.clone()),
    });
    let to = user.zip(identifier).and_then(|(user, identifier)| user.address_for(&identifier));
    let envelope = Envelope { to, locale: caller.locale.clone(), message };
    notify::post(tx, rekey, &envelope, minted.row.code_expires_at).await
}

/// Sends another message for the held request. The wait is enforced here and the same for everyone; a request that has ended
/// is asked for anew, so that the button never leads nowhere.
pub async fn resend(rekey: &Rekey, caller: &Caller, held: &RequestId) -> Result<Asked> {
    let mut tx = rekey.store.write().await?;
    let found = recovery::by_id(&mut tx, held).await?.ok_or(Refusal::RequestEnded)?;
    let identifier = Identifier::from_tagged(&found.identifier).ok_or(Refusal::RequestEnded)?;
    if found.state != RequestState::Requested {
        tx.rollback().await?;
        return ask_for(rekey, caller, identifier, None).await;
    }
    let mut tx = admit_ip(tx, rekey, caller).await?;
    let now = rekey.now();
    // The wait decides before the silent throttle counts anything, so an early click costs nothing.
    if found.resend_at > now {
        return Err(Refusal::Throttled { retry_after: found.resend_at.seconds_after(now) }.into());
    }
    let silenced = silenced(&mut tx, rekey, &identifier).await?;
    let next = resend_at(now, found.sends.saturating_add(1));
    let request = recovery::mark_resent(&mut tx, held, next, now).await?.ok_or(Refusal::RequestEnded)?;
    if !silenced {
        let user = person(&mut tx, &request).await?;
        send(&mut tx, rekey, caller, &request, user.as_ref()).await?;
    }
    let event = Event::success(EventKind::PasswordResetInit, request.user_id.clone()).about(held.as_str());
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(Asked { request: request.id, identifier })
}

async fn person(tx: &mut Tx, request: &RecoveryRequest) -> Result<Option<User>> {
    let identifier = Identifier::from_tagged(&request.identifier).ok_or(Refusal::RequestEnded)?;
    let found = users::by_identifier(tx, &identifier).await?;
    Ok(found.filter(|user| !user.is_suspended && Some(&user.id) == request.user_id.as_ref()))
}

/// Gives the held request up, because the address was the wrong one.
pub async fn cancel(rekey: &Rekey, held: &RequestId) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    recovery::mark_cancelled(&mut tx, held).await?;
    Ok(tx.commit().await?)
}
