//! Counts an attempt before anything is compared, in the transaction of the comparison: for the account or
//! address, whose budget is one wherever a code is entered, and for the request. Parallel guesses, resends
//! and new requests do not gain another guess (guess_budget).

use crate::db::sql::Tx;
use crate::lockout::{self, AttemptKind, LockoutDecision, Subject};
use crate::messages::message::BlockedCredential;
use crate::throttle::{LimitKind, LimitOutcome, Rule, apply_rules, lock_subject, row_id};
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::{RequestId, UserId};
use crate::types::purpose::Purpose;
use crate::verification::policy::{Policy, counting};
use crate::verification::store;
use crate::verification::verification_request::{RequestState, VerificationRequest};
use crate::{Context, Core};

/// An attempt that was counted.
pub(super) struct CountedAttempt {
    /// The request in which the code was typed.
    pub request: VerificationRequest,
    /// The decision of the identifier's lockout.
    lockout: LockoutDecision,
    /// Whether it blocks the account's codes if it is wrong.
    blocks: bool,
}

/// Counts an attempt against the account and the request, or refuses it. The account's row is locked first:
/// everything locks in the same order.
pub(super) async fn count_attempt(
    tx: &mut Tx,
    core: &Core,
    policy: &Policy,
    purpose: Purpose,
    request_id: &RequestId,
) -> Result<CountedAttempt> {
    let found = store::by_id(tx, request_id).await?.filter(|found| found.purpose == purpose);
    let found = found.ok_or_else(|| policy.ended.clone())?;
    let counted_as = counting(&found);
    let blocks = count_guess(tx, core, policy, &found.subject, counted_as.is_guarded).await?;
    let lockout = if counted_as.is_sign_in {
        lockout::count_attempt(tx, core, &found.subject, AttemptKind::Code).await?
    } else {
        LockoutDecision::Allowed
    };
    if let LockoutDecision::Locked(retry_after) = lockout {
        return Err(policy.lockout_refusal.refusal(retry_after).into());
    }
    match store::count_try(tx, request_id, policy.max_tries).await? {
        Some(request) => Ok(CountedAttempt { request, lockout, blocks }),
        None => Err(ended_refusal(tx, policy, request_id).await?.into()),
    }
}

/// Why the request accepts no code. It is read again: another attempt may have been the last one meanwhile.
async fn ended_refusal(tx: &mut Tx, policy: &Policy, request_id: &RequestId) -> Result<Refusal> {
    let found = store::by_id(tx, request_id).await?;
    Ok(match found.map(|found| found.state) {
        Some(RequestState::Exhausted) => Refusal::CodeExhausted,
        _ => policy.ended.clone(),
    })
}

/// Counts a guess and locks its throttle row, or refuses it; returns whether it blocks the codes of the
/// subject if it is wrong.
async fn count_guess(
    tx: &mut Tx,
    core: &Core,
    policy: &Policy,
    subject: &str,
    is_guarded: bool,
) -> Result<bool> {
    lock_subject(tx, core, subject).await?;
    let budget = Rule::Budget(core.snapshot().settings.throttle.guesses_per_account);
    let rules: &[Rule] = if is_guarded { &[budget, Rule::ConsecutiveFailures] } else { &[budget] };
    match apply_rules(tx, core, &row_id(core, LimitKind::Guesses, subject), rules).await? {
        LimitOutcome::Throttled(retry_after) => Err(policy.budget_refusal.refusal(retry_after).into()),
        LimitOutcome::Blocked => Err(Refusal::CodesBlocked.into()),
        outcome => Ok(outcome == LimitOutcome::LastBeforeBlock),
    }
}

/// Records that the attempt was wrong. Returns the refusal if it locked the identifier or blocked the
/// account's codes; the attempt that does so is itself answered as locked or blocked.
pub(super) async fn record_wrong_attempt(
    tx: &mut Tx,
    context: Context<'_>,
    policy: &Policy,
    counted: &CountedAttempt,
) -> Result<Option<Refusal>> {
    let is_blocked = notify_if_blocked(tx, context, counted).await?;
    let request = &counted.request;
    let mut refusal = is_blocked.then_some(Refusal::CodesBlocked);
    if let LockoutDecision::LastBeforeLock(retry_after) = counted.lockout {
        let identifier = Identifier::from_key(&request.identifier);
        let subject = Subject { user: request.user_id.as_ref(), identifier: identifier.as_ref() };
        lockout::record_lockout(tx, context, subject).await?;
        refusal = refusal.or(Some(policy.lockout_refusal.refusal(retry_after)));
    }
    Ok(refusal)
}

/// Notifies the owner, once, if the attempt blocks the account's codes; returns whether it does.
pub(super) async fn notify_if_blocked(
    tx: &mut Tx,
    context: Context<'_>,
    counted: &CountedAttempt,
) -> Result<bool> {
    if counted.blocks {
        let owner = UserId(counted.request.subject.clone());
        lockout::enqueue_block_notice(tx, context, Some(&owner), BlockedCredential::Codes).await?;
    }
    Ok(counted.blocks)
}

/// How many more codes this request accepts; a request without a limit returns a large number.
pub(super) fn attempts_left(policy: &Policy, request: &VerificationRequest) -> i64 {
    match policy.max_tries {
        0 => i64::MAX,
        limit => limit.saturating_sub(request.tries).max(0),
    }
}
