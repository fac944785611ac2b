//! Lockout: after too many failures in a window, an identifier cannot sign in for a time, even with
//! correct credentials; passwords and codes share one count, and an identifier without an account is
//! locked in the same way (no_oracle). After too many wrong passwords in a row, over any time, the
//! password is blocked until it is reset. Limits by network or recipient are in `throttle`.

mod failure;
pub mod unfinished;

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
pub(crate) use crate::lockout::failure::{
    Failure, Subject, enqueue_block_notice, record_failure, record_lockout,
};
use crate::throttle::{
    LimitKind, LimitOutcome, Rule, apply_rules, check_and_count, clear, clear_failures, network_row_id,
    new_address_subject, row_id, undo_last_attempt,
};
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::UserId;
use crate::{Context, Core, audit, users};

/// The decision about an attempt, which is counted as a failure for now.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LockoutDecision {
    /// Allowed.
    Allowed,
    /// Allowed; if it fails, the identifier is locked for this many seconds.
    LastBeforeLock(i64),
    /// Refused for this many seconds.
    Locked(i64),
    /// Allowed; if it fails, the password is blocked until a reset.
    LastBeforeBlock,
    /// Refused: the password is blocked until a reset.
    Blocked,
}

/// Counts a password attempt against the network before anybody is looked up, so that one network cannot try
/// a password on every account and the answer reveals nothing about any; otherwise returns the seconds to
/// wait.
pub(crate) async fn limit_by_network(tx: &mut Tx, context: Context<'_>) -> Result<Option<i64>> {
    let limit = context.snapshot().settings.throttle.sign_in_failures_per_network;
    let row = network_row_id(context, LimitKind::SignInByNetwork);
    check_and_count(tx, context.core, &row, &[Rule::Window(limit)]).await
}

/// The password was right: the network's attempt is taken back. Its row is locked before those of the
/// account, as when an attempt is counted, so that two transactions never deadlock.
pub(crate) async fn undo_network_attempt(tx: &mut Tx, context: Context<'_>) -> Result<()> {
    if context.snapshot().settings.throttle.sign_in_failures_per_network.limit > 0 {
        undo_last_attempt(tx, context.core, &network_row_id(context, LimitKind::SignInByNetwork)).await?;
    }
    Ok(())
}

/// Takes the network's attempt back, and clears the account's failures. The password is proof of identity,
/// so the count of wrong codes in a row is reset as well.
pub(crate) async fn record_success(tx: &mut Tx, context: Context<'_>, user: &UserId) -> Result<()> {
    undo_network_attempt(tx, context).await?;
    clear_failures(tx, &row_id(context.core, LimitKind::Guesses, user.as_str())).await?;
    reset(tx, context.core, user.as_str()).await
}

/// The kind of attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttemptKind {
    /// A password.
    Password,
    /// A code; failures in a row are counted with all codes of the account.
    Code,
}

/// Counts an attempt against this subject, an account or an identifier without one. A password is blocked
/// only where resets are possible.
pub(crate) async fn count_attempt(
    tx: &mut Tx,
    core: &Core,
    subject: &str,
    kind: AttemptKind,
) -> Result<LockoutDecision> {
    let snapshot = core.snapshot();
    let lock = Rule::Lock(snapshot.settings.throttle.sign_in_failures);
    let row = row_id(core, LimitKind::SignIn, subject);
    let turn = if kind == AttemptKind::Password && snapshot.channels().any() {
        apply_rules(tx, core, &row, &[lock, Rule::ConsecutiveFailures]).await?
    } else {
        apply_rules(tx, core, &row, &[lock]).await?
    };
    Ok(match turn {
        LimitOutcome::Allowed => LockoutDecision::Allowed,
        LimitOutcome::LastBeforeLock(seconds) => LockoutDecision::LastBeforeLock(seconds),
        LimitOutcome::Throttled(seconds) => LockoutDecision::Locked(seconds),
        LimitOutcome::LastBeforeBlock => LockoutDecision::LastBeforeBlock,
        LimitOutcome::Blocked => LockoutDecision::Blocked,
    })
}

/// Clears the failures after a success.
pub(crate) async fn reset(tx: &mut Tx, core: &Core, subject: &str) -> Result<()> {
    clear(tx, &row_id(core, LimitKind::SignIn, subject)).await
}

/// Unlocks these identifiers and their accounts before time, by clearing their counters. The caller bounds
/// how many.
#[tracing::instrument(name = "end_lockouts", skip_all)]
pub async fn unlock(core: &Core, by: Actor<'_>, typed: &[String]) -> Result<()> {
    let mut parsed: Vec<_> = typed.iter().map(|text| Identifier::parse(text)).collect();
    let problems: Vec<String> = parsed
        .iter()
        .enumerate()
        .filter(|(_, identifier)| identifier.is_none())
        .map(|(at, _)| format!("targets[{at}]: expected an address, a number or a username"))
        .collect();
    if !problems.is_empty() {
        return Err(Refusal::SettingsInvalid(problems).into());
    }
    // Always in the same order, whatever the caller's: two concurrent unlocks must not deadlock.
    parsed.sort_by_key(|identifier| identifier.as_ref().map(Identifier::to_key));
    let mut tx = core.store.write().await?;
    for identifier in parsed.iter().flatten() {
        let user = users::store::by_identifier(&mut tx, identifier).await?;
        let key = identifier.to_key();
        let new_address = new_address_subject(&key);
        let subjects = user.iter().map(|user| user.id.0.clone()).chain([key, new_address]);
        for subject in subjects {
            clear(&mut tx, &row_id(core, LimitKind::Guesses, &subject)).await?;
            reset(&mut tx, core, &subject).await?;
        }
        let event = Event::with_result(EventKind::IdentifierLockout, "unlocked", user.map(|user| user.id));
        audit::record(&mut tx, by.context(core), &event.with_subject(by.key)).await?;
    }
    Ok(tx.commit().await?)
}
