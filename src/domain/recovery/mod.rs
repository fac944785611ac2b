//! Recovery, and what else an address is proved for: ask → prove → what it is for. A request is made for every well-formed
//! identifier; one that can't lead anywhere (nobody has it, its person is suspended, or for a new account somebody has it) is a
//! decoy that does the same work and can never verify, so nothing outside tells them apart (no_oracle).

mod addressee;
pub mod cookieless;
pub mod grant_owner;
pub(super) mod guesses;
pub(super) mod limits;
pub mod link;
mod preverified;
pub mod reset;
pub mod reset_by_token;
mod send;
pub mod status;
pub mod verification;

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::RequestId;
use crate::model::recovery::{InteractionEvent, RecoveryRequest, RequestState};
use crate::model::secret::gen_range;
use crate::model::time::Timestamp;
use crate::store::recovery;
use crate::store::sql::Tx;

use super::webhooks::EventContext;
use super::{Core, audit, notify};
use addressee::Addressee;
use limits::{ensure_enabled, limit_by_ip, should_suppress_message};
use send::enqueue_message;

pub(super) use preverified::{Preverification, create_preverified_request};
pub(super) use verification::verify_audit_kind;

/// The visible waits before another message, in seconds, by how many were asked for.
const RESEND_WAITS_SECONDS: [i64; 4] = [30, 60, 120, 300];

/// A request that was made, for the asking browser to hold.
#[derive(Clone, Debug)]
pub struct CreatedRequest {
    /// The request.
    pub request: RequestId,
    /// What was asked for, canonical.
    pub identifier: Identifier,
}

/// What a code is asked for.
#[derive(Clone, Debug)]
pub struct CodeRequest {
    /// For what.
    pub event: InteractionEvent,
    /// Where it goes.
    pub identifier: Identifier,
    /// Whether a code to sign in with makes an account for somebody who has none.
    pub may_join: bool,
}

impl CodeRequest {
    /// A code for this, which makes no account beside it.
    pub const fn new(event: InteractionEvent, identifier: Identifier) -> Self {
        Self { event, identifier, may_join: false }
    }
}

/// Asks for a code. The answer is the same for everyone; `held` is the request this browser already holds, which is kept when it is
/// for the same identifier and event and another message would only have been silenced.
pub async fn request_code(
    rekey: &Core,
    caller: &Caller,
    event: InteractionEvent,
    typed: &str,
    held: Option<&RequestId>,
) -> Result<CreatedRequest> {
    let identifier = Identifier::try_parse(typed)?;
    request_code_for(rekey, caller, event, identifier, held).await
}

/// The same for an identifier that is known to be well-formed.
pub async fn request_code_for(
    rekey: &Core,
    caller: &Caller,
    event: InteractionEvent,
    identifier: Identifier,
    held: Option<&RequestId>,
) -> Result<CreatedRequest> {
    create_or_reuse_request(rekey, caller, CodeRequest::new(event, identifier), held).await
}

/// The same for a code that may also make an account.
async fn create_or_reuse_request(
    rekey: &Core,
    caller: &Caller,
    wish: CodeRequest,
    held: Option<&RequestId>,
) -> Result<CreatedRequest> {
    let event = wish.event;
    ensure_enabled(rekey, event, &wish.identifier)?;
    let tx = rekey.store.write().await?;
    let mut tx = limit_by_ip(tx, rekey, caller, event).await?;
    let party = Addressee::load(&mut tx, wish).await?;
    let fresh = new_request(rekey, caller, &party);
    let silenced =
        should_suppress_message(&mut tx, rekey, EventContext::during(caller, event, ""), &fresh).await?;
    // Whether a message was silenced depends on what the owner did meanwhile, and must not show in somebody else's window: only time decides.
    let kept =
        find_reusable_request(&mut tx, &party, held).await?.filter(|request| request.resend_at > rekey.now());
    let request = match kept {
        Some(request) => request,
        None => {
            recovery::insert(&mut tx, &fresh).await?;
            fresh
        }
    };
    if !silenced {
        enqueue_message(&mut tx, rekey, caller, &request, &party).await?;
    }
    let noted =
        Event::success(request_audit_kind(event), request.user_id.clone()).with_subject(request.id.as_str());
    let noted = noted.with_channel(party.identifier.channel());
    audit::record(&mut tx, rekey, caller, &noted).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(CreatedRequest { request: request.id, identifier: party.identifier })
}

/// What the audit log calls asking for a code.
const fn request_audit_kind(event: InteractionEvent) -> EventKind {
    match event {
        InteractionEvent::ForgotPassword => EventKind::PasswordResetInit,
        InteractionEvent::SignIn => EventKind::SignInInit,
        InteractionEvent::Register => EventKind::SignUpInit,
    }
}

async fn find_reusable_request(
    tx: &mut Tx,
    party: &Addressee,
    held: Option<&RequestId>,
) -> Result<Option<RecoveryRequest>> {
    let Some(held) = held else { return Ok(None) };
    let found = recovery::by_id(tx, held).await?;
    Ok(found.filter(|request| {
        request.identifier == party.identifier.to_key()
            && request.event == party.event
            && request.state == RequestState::Requested
    }))
}

/// A new request. It takes nobody's place: those that wait for the same address go on waiting (decision 5).
fn new_request(rekey: &Core, caller: &Caller, party: &Addressee) -> RecoveryRequest {
    let now = rekey.now();
    RecoveryRequest {
        id: RequestId::fresh(now, rekey.rng()),
        event: party.event,
        is_decoy: party.is_decoy(),
        user_id: party.user_id().cloned(),
        subject: party.subject(),
        identifier: party.identifier.to_key(),
        app_id: caller.app_id.clone(),
        state: RequestState::Requested,
        tries: 0,
        number: i64::from(10 + gen_range(rekey.rng(), 90)),
        sends: 1,
        resend_at: next_resend_at(now, 1),
        created_at: now,
        verified_by: None,
        grant_expires_at: None,
        grant_digest: None,
        by_address: caller.is_cookieless,
    }
}

fn next_resend_at(now: Timestamp, sends: i64) -> Timestamp {
    now.plus_seconds(resend_wait_seconds(sends))
}

fn resend_wait_seconds(sends: i64) -> i64 {
    let index = usize::try_from(sends.saturating_sub(1)).unwrap_or(0).min(RESEND_WAITS_SECONDS.len() - 1);
    RESEND_WAITS_SECONDS.get(index).copied().unwrap_or(300)
}

/// When the window of a request asked for a message last.
fn last_request_at(request: &RecoveryRequest) -> Timestamp {
    request.resend_at.plus_seconds(-resend_wait_seconds(request.sends))
}

/// Sends another message for the held request. The wait is enforced here and the same for everyone; a request that has ended
/// is asked for anew, so that the button never leads nowhere.
pub async fn resend(rekey: &Core, caller: &Caller, held: &RequestId) -> Result<CreatedRequest> {
    let mut tx = rekey.store.write().await?;
    let found = recovery::by_id(&mut tx, held).await?.ok_or(Refusal::RequestEnded)?;
    let identifier = Identifier::from_key(&found.identifier).ok_or(Refusal::RequestEnded)?;
    if found.state != RequestState::Requested {
        tx.rollback().await?;
        let wish = CodeRequest { event: found.event, identifier, may_join: found.may_create_account() };
        return create_or_reuse_request(rekey, caller, wish, None).await;
    }
    let mut tx = limit_by_ip(tx, rekey, caller, found.event).await?;
    let now = rekey.now();
    // The wait decides before the silent throttle counts anything, so an early click costs nothing.
    if found.resend_at > now {
        return Err(Refusal::Throttled { retry_after: found.resend_at.seconds_after(now) }.into());
    }
    let scene = EventContext::during(caller, found.event, held.as_str());
    let silenced = should_suppress_message(&mut tx, rekey, scene, &found).await?;
    let next = next_resend_at(now, found.sends.saturating_add(1));
    let request = recovery::mark_resent(&mut tx, held, next, now).await?.ok_or(Refusal::RequestEnded)?;
    if !silenced {
        let (event, may_join) = (request.event, request.may_create_account());
        let party =
            Addressee::load(&mut tx, CodeRequest { event, identifier: identifier.clone(), may_join }).await?;
        enqueue_message(&mut tx, rekey, caller, &request, &party).await?;
    }
    let noted =
        Event::success(request_audit_kind(found.event), request.user_id.clone()).with_subject(held.as_str());
    let noted = noted.with_channel(identifier.channel());
    audit::record(&mut tx, rekey, caller, &noted).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(CreatedRequest { request: request.id, identifier })
}

/// Gives the held request up, because the address was the wrong one.
pub async fn cancel(rekey: &Core, held: &RequestId) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    recovery::mark_cancelled(&mut tx, held).await?;
    Ok(tx.commit().await?)
}
