//! Verifies a request by its code. Every code is counted before it is compared, for the request and for the
//! account, in the transaction of the comparison: parallel guesses, resends and new requests do not gain
//! another guess (guess_budget). A sign-in code is also a sign-in attempt, and counts for the identifier's
//! lockout.

use crate::model::caller::Caller;
use crate::model::code::TypedCode;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::{Channel, Identifier};
use crate::model::ids::{RequestId, UserId};
use crate::model::message::BlockedCredential;
use crate::model::recovery::{InteractionEvent, RecoveryRequest, RequestState, VerifiedBy};
use crate::model::secret::{Secret, generate_token, sha256_digest};
use crate::model::time::Timestamp;
use crate::store::recovery::{self, codes as rows};
use crate::store::sql::Tx;

use super::super::codes::{self, CodeCheck, Codes};
use super::super::sign_in::lockout::{self, AttemptKind, LockoutDecision, Subject};
use super::super::throttle::{LimitKind, clear, row_id};
use super::super::{Core, audit, notify};
use super::guesses::count_guess;

/// Checks a code for the held request, which must be for this event. The right one gives a grant, the only
/// thing that allows the next step, to this browser alone.
#[tracing::instrument(skip_all)]
pub async fn verify_code(
    rekey: &Core,
    caller: &Caller,
    event: InteractionEvent,
    held: &RequestId,
    typed: &str,
) -> Result<Secret> {
    let typed = TypedCode::parse(typed).ok_or(Refusal::CodeMalformed)?;
    let mut tx = rekey.store.write().await?;
    let counted = match count_attempt(&mut tx, rekey, event, held).await {
        Ok(counted) => counted,
        Err(refused) => {
            tx.rollback().await?;
            return audit_refusal(rekey, caller, event, refused).await;
        }
    };
    let request = &counted.request;
    let known = Codes::load(&mut tx, rekey, request).await?;
    let found = codes::compare(rekey, &typed, &known);
    let grant = generate_token(rekey.rng());
    let verdict = if use_code(&mut tx, rekey, request, &found, &grant).await? {
        Ok(grant)
    } else {
        Err(refuse_wrong_code(&mut tx, rekey, caller, &found, &counted).await?)
    };
    let result = verdict.as_ref().map_or_else(Refusal::code, |_| "success");
    audit_verification(&mut tx, rekey, caller, request_with_channel(request), result).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    verdict.map_err(Error::Refused)
}

/// Consumes the code and verifies the request in which it was typed, whichever request caused it; false for a
/// decoy or a wrong code.
async fn use_code(
    tx: &mut Tx,
    rekey: &Core,
    request: &RecoveryRequest,
    found: &CodeCheck,
    grant: &Secret,
) -> Result<bool> {
    let CodeCheck::Current(code) = found else { return Ok(false) };
    Ok(rows::mark_used(tx, code).await?
        && mark_verified(tx, rekey, request, VerifiedBy::Code, Some(grant)).await?)
}

/// An attempt that was counted.
pub(super) struct CountedAttempt {
    /// The request in which the code was typed.
    pub request: RecoveryRequest,
    /// The decision of the identifier's lockout.
    lockout: LockoutDecision,
    /// Whether it blocks the account's codes if it is wrong.
    blocks: bool,
}

/// Counts an attempt against the account and the request, or refuses it. The account's row is locked first:
/// everything locks in the same order.
pub(super) async fn count_attempt(
    tx: &mut Tx,
    rekey: &Core,
    event: InteractionEvent,
    held: &RequestId,
) -> Result<CountedAttempt> {
    let throttle = rekey.snapshot().settings.throttle;
    let found = recovery::by_id(tx, held).await?.filter(|found| found.event == event);
    let found = found.ok_or(Refusal::RequestEnded)?;
    // Sign-up on our pages has no account to guard and no link as an alternative.
    let is_guarded = event != InteractionEvent::Register || found.by_address;
    let blocks = count_guess(tx, rekey, &found.subject, is_guarded).await?;
    let turn = match event {
        // An app uses one call for sign-in and sign-up; the attempts must not reveal which it was.
        InteractionEvent::Register if !found.by_address => LockoutDecision::Allowed,
        InteractionEvent::SignIn | InteractionEvent::Register => {
            lockout::count_attempt(tx, rekey, &found.subject, AttemptKind::Code).await?
        }
        InteractionEvent::ForgotPassword => LockoutDecision::Allowed,
    };
    if let LockoutDecision::Locked(retry_after) = turn {
        return Err(Refusal::Throttled { retry_after }.into());
    }
    let counted = recovery::count_try(tx, held, i64::from(throttle.guesses_per_request)).await?;
    let request = counted.ok_or_else(|| ended_refusal(found.state))?;
    Ok(CountedAttempt { request, lockout: turn, blocks })
}

/// The account's codes are blocked from now on; the owner is notified, once.
pub(super) async fn notify_if_blocked(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    counted: &CountedAttempt,
) -> Result<bool> {
    if counted.blocks {
        let owner = UserId(counted.request.subject.clone());
        notify::enqueue_block_notice(tx, rekey, caller, Some(&owner), BlockedCredential::Codes).await?;
    }
    Ok(counted.blocks)
}

fn ended_refusal(state: RequestState) -> Refusal {
    match state {
        RequestState::Exhausted => Refusal::CodeExhausted,
        _ => Refusal::RequestEnded,
    }
}

/// Marks the request as verified and clears the account's wrong guesses; false for a decoy.
pub(super) async fn mark_verified(
    tx: &mut Tx,
    rekey: &Core,
    request: &RecoveryRequest,
    by: VerifiedBy,
    grant: Option<&Secret>,
) -> Result<bool> {
    let until = new_grant_expiry(rekey);
    let grant = grant.map(|grant| sha256_digest(grant.expose()));
    let verified = recovery::mark_verified(tx, &request.id, by, grant.as_deref(), until).await?;
    if verified {
        clear(tx, &row_id(rekey, LimitKind::Guesses, &request.subject)).await?;
    }
    Ok(verified)
}

pub(super) fn new_grant_expiry(rekey: &Core) -> Timestamp {
    rekey.now().plus_seconds(i64::from(rekey.snapshot().settings.recovery.grant_ttl))
}

/// The refusal for a wrong code; the failure that locks the identifier is itself answered as locked.
async fn refuse_wrong_code(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    found: &CodeCheck,
    counted: &CountedAttempt,
) -> Result<Refusal> {
    let request = &counted.request;
    let is_blocked = notify_if_blocked(tx, rekey, caller, counted).await?;
    let usual = match counted.lockout {
        LockoutDecision::LastBeforeLock(retry_after) => {
            let identifier = Identifier::from_key(&request.identifier);
            let subject = Subject { user: request.user_id.as_ref(), identifier: identifier.as_ref() };
            lockout::record_lockout(tx, rekey, caller, subject).await?;
            Refusal::Throttled { retry_after }
        }
        _ => code_refusal(rekey, found, request),
    };
    Ok(if is_blocked { Refusal::CodesBlocked } else { usual })
}

fn code_refusal(rekey: &Core, found: &CodeCheck, request: &RecoveryRequest) -> Refusal {
    if request.state == RequestState::Exhausted {
        return Refusal::CodeExhausted;
    }
    let tries_left = attempts_left(rekey, request);
    match found {
        CodeCheck::Superseded => Refusal::CodeSuperseded { tries_left },
        CodeCheck::Expired => Refusal::CodeExpired,
        CodeCheck::Current(_) | CodeCheck::Wrong => Refusal::CodeWrong { tries_left },
    }
}

/// How many more codes this request accepts; a request without a limit returns a large number.
pub(super) fn attempts_left(rekey: &Core, request: &RecoveryRequest) -> i64 {
    match i64::from(rekey.snapshot().settings.throttle.guesses_per_request) {
        0 => i64::MAX,
        limit => limit.saturating_sub(request.tries).max(0),
    }
}

/// A request that was checked, for the audit log.
#[derive(Clone, Copy)]
pub(super) struct Checked<'a> {
    /// The request.
    pub request: &'a RecoveryRequest,
    /// The channel of its code or link; none when something else was the proof.
    pub channel: Option<Channel>,
}

/// Audits the result of a check.
pub(super) async fn audit_verification(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    checked: Checked<'_>,
    result: &'static str,
) -> Result<()> {
    let Checked { request, channel } = checked;
    let event = Event::with_result(verify_audit_kind(request.event), result, request.user_id.clone())
        .with_channel(channel);
    audit::record(tx, rekey, caller, &event.with_subject(request.id.as_str())).await
}

/// A request whose code or link was sent.
pub(super) fn request_with_channel(request: &RecoveryRequest) -> Checked<'_> {
    let identifier = Identifier::from_key(&request.identifier);
    Checked { request, channel: identifier.and_then(|identifier| identifier.channel()) }
}

/// The audit event for checking a proof.
pub(in crate::domain) const fn verify_audit_kind(event: InteractionEvent) -> EventKind {
    match event {
        InteractionEvent::ForgotPassword => EventKind::PasswordResetVerify,
        InteractionEvent::SignIn => EventKind::SignInVerify,
        InteractionEvent::Register => EventKind::SignUpVerify,
    }
}

/// Audits a refusal whose transaction was rolled back.
pub(super) async fn audit_refusal<T>(
    rekey: &Core,
    caller: &Caller,
    event: InteractionEvent,
    refused: Error,
) -> Result<T> {
    if let Error::Refused(refusal) = &refused {
        audit::record_refusal(rekey, caller, verify_audit_kind(event), refusal).await?;
    }
    Err(refused)
}
