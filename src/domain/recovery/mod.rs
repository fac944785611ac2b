//! Recovery, and what else an address is proved for: ask → prove → what it is for. A request is made for every well-formed
//! identifier; one that can't lead anywhere (nobody has it, its person is suspended, or for a new account somebody has it) is a
//! decoy that does the same work and can never verify, so nothing outside tells them apart (no_oracle).

pub mod by_address;
pub mod by_token;
pub mod complete;
pub(super) mod gates;
pub(super) mod guesses;
pub mod link;
pub mod owner;
mod party;
pub mod prove;
mod proved;
mod send;
pub mod standing;

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::RequestId;
use crate::model::recovery::{InteractionEvent, RecoveryRequest, RequestState};
use crate::model::secret::below;
use crate::model::time::Timestamp;
use crate::store::recovery;
use crate::store::sql::Tx;

use super::webhooks::Scene;
use super::{Rekey, audit, notify};
use gates::{admit_ip, offered, stays_silent};
use party::Party;
use send::send;

pub(super) use prove::checking;
pub(super) use proved::{Proof, proved};

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

/// What a code is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// For what.
    pub event: InteractionEvent,
    /// Where it goes.
    pub identifier: Identifier,
    /// Whether a code to sign in with makes an account for somebody who has none.
    pub may_join: bool,
}

impl Wish {
    /// A code for this, which makes no account beside it.
    pub const fn of(event: InteractionEvent, identifier: Identifier) -> Self {
        Self { event, identifier, may_join: false }
    }
}

/// Asks for a code. The answer is the same for everyone; `held` is the request this browser already holds, which is kept when it is
/// for the same identifier and event and another message would only have been silenced.
pub async fn ask(
    rekey: &Rekey,
    caller: &Caller,
    event: InteractionEvent,
    typed: &str,
    held: Option<&RequestId>,
) -> Result<Asked> {
    let identifier = Identifier::read(typed)?;
    ask_for(rekey, caller, event, identifier, held).await
}

/// The same for an identifier that is known to be well-formed.
pub async fn ask_for(
    rekey: &Rekey,
    caller: &Caller,
    event: InteractionEvent,
    identifier: Identifier,
    held: Option<&RequestId>,
) -> Result<Asked> {
    ask_as(rekey, caller, Wish::of(event, identifier), held).await
}

/// The same for a code that may also make an account.
async fn ask_as(rekey: &Rekey, caller: &Caller, wish: Wish, held: Option<&RequestId>) -> Result<Asked> {
    let event = wish.event;
    offered(rekey, event, &wish.identifier)?;
    let tx = rekey.store.write().await?;
    let mut tx = admit_ip(tx, rekey, caller, event).await?;
    let party = Party::of(&mut tx, wish).await?;
    let fresh = fresh(rekey, caller, &party);
    let silenced = stays_silent(&mut tx, rekey, Scene::during(caller, event, ""), &fresh).await?;
    // Whether a message was silenced depends on what the owner did meanwhile, and must not show in somebody else's window: only time decides.
    let kept = reusable(&mut tx, &party, held).await?.filter(|request| request.resend_at > rekey.now());
    let request = match kept {
        Some(request) => request,
        None => {
            recovery::insert(&mut tx, &fresh).await?;
            fresh
        }
    };
    if !silenced {
        send(&mut tx, rekey, caller, &request, &party).await?;
    }
    let noted = Event::success(asking(event), request.user_id.clone()).about(request.id.as_str());
    let noted = noted.by(party.identifier.channel());
    audit::record(&mut tx, rekey, caller, &noted).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(Asked { request: request.id, identifier: party.identifier })
}

/// What the audit log calls asking for a code.
const fn asking(event: InteractionEvent) -> EventKind {
    match event {
        InteractionEvent::ForgotPassword => EventKind::PasswordResetInit,
        InteractionEvent::SignIn => EventKind::SignInInit,
        InteractionEvent::Register => EventKind::SignUpInit,
    }
}

async fn reusable(tx: &mut Tx, party: &Party, held: Option<&RequestId>) -> Result<Option<RecoveryRequest>> {
    let Some(held) = held else { return Ok(None) };
    let found = recovery::by_id(tx, held).await?;
    Ok(found.filter(|request| {
        request.identifier == party.identifier.tagged()
            && request.event == party.event
            && request.state == RequestState::Requested
    }))
}

/// A new request. It takes nobody's place: those that wait for the same address go on waiting (decision 5).
fn fresh(rekey: &Rekey, caller: &Caller, party: &Party) -> RecoveryRequest {
    let now = rekey.now();
    RecoveryRequest {
        id: RequestId::fresh(now, rekey.chance()),
        event: party.event,
        is_decoy: party.is_decoy(),
        user_id: party.person().cloned(),
        subject: party.subject(),
        identifier: party.identifier.tagged(),
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
        by_address: caller.by_address,
    }
}

fn resend_at(now: Timestamp, sends: i64) -> Timestamp {
    now.plus(resend_wait(sends))
}

fn resend_wait(sends: i64) -> i64 {
    let index = usize::try_from(sends.saturating_sub(1)).unwrap_or(0).min(RESEND_WAITS.len() - 1);
    RESEND_WAITS.get(index).copied().unwrap_or(300)
}

/// When the window of a request asked for a message last.
fn last_request_at(request: &RecoveryRequest) -> Timestamp {
    request.resend_at.plus(-resend_wait(request.sends))
}

/// Sends another message for the held request. The wait is enforced here and the same for everyone; a request that has ended
/// is asked for anew, so that the button never leads nowhere.
pub async fn resend(rekey: &Rekey, caller: &Caller, held: &RequestId) -> Result<Asked> {
    let mut tx = rekey.store.write().await?;
    let found = recovery::by_id(&mut tx, held).await?.ok_or(Refusal::RequestEnded)?;
    let identifier = Identifier::from_tagged(&found.identifier).ok_or(Refusal::RequestEnded)?;
    if found.state != RequestState::Requested {
        tx.rollback().await?;
        let wish = Wish { event: found.event, identifier, may_join: found.may_join() };
        return ask_as(rekey, caller, wish, None).await;
    }
    let mut tx = admit_ip(tx, rekey, caller, found.event).await?;
    let now = rekey.now();
    // The wait decides before the silent throttle counts anything, so an early click costs nothing.
    if found.resend_at > now {
        return Err(Refusal::Throttled { retry_after: found.resend_at.seconds_after(now) }.into());
    }
    let scene = Scene::during(caller, found.event, held.as_str());
    let silenced = stays_silent(&mut tx, rekey, scene, &found).await?;
    let next = resend_at(now, found.sends.saturating_add(1));
    let request = recovery::mark_resent(&mut tx, held, next, now).await?.ok_or(Refusal::RequestEnded)?;
    if !silenced {
        let (event, may_join) = (request.event, request.may_join());
        let party = Party::of(&mut tx, Wish { event, identifier: identifier.clone(), may_join }).await?;
        send(&mut tx, rekey, caller, &request, &party).await?;
    }
    let noted = Event::success(asking(found.event), request.user_id.clone()).about(held.as_str());
    let noted = noted.by(identifier.channel());
    audit::record(&mut tx, rekey, caller, &noted).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(Asked { request: request.id, identifier })
}

/// Gives the held request up, because the address was the wrong one.
pub async fn cancel(rekey: &Rekey, held: &RequestId) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    recovery::mark_cancelled(&mut tx, held).await?;
    Ok(tx.commit().await?)
}
