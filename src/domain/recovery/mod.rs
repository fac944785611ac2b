//! Recovery, and the other flows that verify an address: request, verify, use. A request is created for every
//! well-formed identifier; one that cannot lead anywhere (no account, a suspended user, or for sign-up an
//! existing account) is a decoy that does the same work and can never be verified, so nothing outside tells
//! them apart (no_oracle).

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

/// The visible delays before another message, in seconds, by how many were requested.
const RESEND_WAITS_SECONDS: [i64; 4] = [30, 60, 120, 300];

/// A request that was created, for the browser to hold.
#[derive(Clone, Debug)]
pub struct CreatedRequest {
    /// The request.
    pub request: RequestId,
    /// The canonical identifier.
    pub identifier: Identifier,
}

/// A request for a code.
#[derive(Clone, Debug)]
pub struct CodeRequest {
    /// Its purpose.
    pub event: InteractionEvent,
    /// The recipient.
    pub identifier: Identifier,
    /// Whether a sign-in code may create an account for somebody who has none.
    pub may_join: bool,
}

impl CodeRequest {
    /// A code that creates no account.
    pub const fn new(event: InteractionEvent, identifier: Identifier) -> Self {
        Self { event, identifier, may_join: false }
    }
}

/// Requests a code. The answer is the same for everyone; `held` is the request that this browser already
/// holds, which is reused when it is for the same identifier and event and another message would only have
/// been suppressed.
#[tracing::instrument(skip_all)]
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
#[tracing::instrument(name = "request_code", skip_all)]
pub async fn request_code_for(
    rekey: &Core,
    caller: &Caller,
    event: InteractionEvent,
    identifier: Identifier,
    held: Option<&RequestId>,
) -> Result<CreatedRequest> {
    create_or_reuse_request(rekey, caller, CodeRequest::new(event, identifier), held).await
}

/// The same for a code that may also create an account.
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
    // Whether a message was suppressed depends on what the owner did meanwhile, which must not show in
    // another person's window: only time decides.
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

/// The audit event for requesting a code.
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

/// A new request. It replaces none: other requests for the same address stay open (decision 5).
fn new_request(rekey: &Core, caller: &Caller, party: &Addressee) -> RecoveryRequest {
    let now = rekey.now();
    RecoveryRequest {
        id: RequestId::generate(now, rekey.rng()),
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

/// When the window of a request last asked for a message.
fn last_request_at(request: &RecoveryRequest) -> Timestamp {
    request.resend_at.plus_seconds(-resend_wait_seconds(request.sends))
}

/// Sends another message for the held request. The delay is enforced here and is the same for everyone; for a
/// request that has ended a new one is created, so that the button always works.
#[tracing::instrument(name = "resend_code", skip_all)]
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
    // The delay is checked before the silent limit counts anything, so an early click costs nothing.
    if found.resend_at > now {
        return Err(Refusal::Throttled { retry_after: found.resend_at.seconds_after(now) }.into());
    }
    let scene = EventContext::during(caller, found.event, held.as_str());
    let silenced = should_suppress_message(&mut tx, rekey, scene, &found).await?;
    let next = next_resend_at(now, found.sends.saturating_add(1));
    let request = recovery::mark_resent(&mut tx, held, next, now).await?.ok_or(Refusal::RequestEnded)?;
    if !silenced {
        let event = request.event;
        let may_join = request.may_create_account();
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

/// Cancels the held request, because the address was the wrong one.
#[tracing::instrument(name = "cancel_recovery", skip_all)]
pub async fn cancel(rekey: &Core, held: &RequestId) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    recovery::mark_cancelled(&mut tx, held).await?;
    Ok(tx.commit().await?)
}
