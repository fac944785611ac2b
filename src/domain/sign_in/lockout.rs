//! The lock of an identifier: so many failures in a while, and nothing signs in with it for a time, not even
//! what is right. The tries by password and by code are one count. So many wrong passwords in a row, over any
//! time, and the password waits for a reset. An identifier that nobody has is locked alike (no_oracle).

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::UserId;
use crate::model::message::BlockedCredential;
use crate::store::sql::Tx;
use crate::store::users;

use super::super::apps::Actor;
use super::super::throttle::{
    LimitKind, LimitOutcome, Rule, apply_rules, check_and_count as admit_try, clear, clear_failures,
    network_row_id, row_id, undo_last_attempt,
};
use super::super::webhooks::{self, WebhookEvent};
use super::super::{Core, audit, notify};

/// A try that is counted, and so far as a failure.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain) enum LockoutDecision {
    /// It may be made.
    Allowed,
    /// It may be made; when it fails, the lock is closed for so many seconds.
    LastBeforeLock(i64),
    /// It may not be made for so many seconds.
    Locked(i64),
    /// It may be made; when it fails, the password waits for a reset.
    LastBeforeBlock,
    /// It may not be made: the password waits for a reset.
    Blocked,
}

/// Counts a try of a password by this network before anybody is looked up, so that one address can't try a
/// word on every account and the answer tells of none; otherwise the seconds to wait.
pub(in crate::domain) async fn limit_by_network(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
) -> Result<Option<i64>> {
    let limit = rekey.snapshot().settings.throttle.sign_in_failures_per_network;
    let row = network_row_id(rekey, LimitKind::SignInByNetwork, caller);
    admit_try(tx, rekey, &row, &[Rule::Window(limit)]).await
}

/// The password was right: the network's try is taken back. Its row comes before those of the account, as
/// when a try is counted, so that two transactions never wait for each other.
pub(in crate::domain) async fn undo_network_attempt(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
) -> Result<()> {
    if rekey.snapshot().settings.throttle.sign_in_failures_per_network.limit > 0 {
        undo_last_attempt(tx, rekey, &network_row_id(rekey, LimitKind::SignInByNetwork, caller)).await?;
    }
    Ok(())
}

/// The same, and the account's failures are forgotten. Who knows the password is proved, so wrong codes in a
/// row begin anew as well.
pub(in crate::domain) async fn record_success(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    user: &UserId,
) -> Result<()> {
    undo_network_attempt(tx, rekey, caller).await?;
    clear_failures(tx, &row_id(rekey, LimitKind::Guesses, user.as_str())).await?;
    reset(tx, rekey, user.as_str()).await
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) enum AttemptKind {
    /// A password.
    Password,
    /// A code, whose failures in a row are counted with all codes of the account.
    Code,
}

/// Counts a try of this subject, an account or an identifier that nobody has. A password only waits for a
/// reset where there are resets.
pub(in crate::domain) async fn count_attempt(
    tx: &mut Tx,
    rekey: &Core,
    subject: &str,
    means: AttemptKind,
) -> Result<LockoutDecision> {
    let live = rekey.snapshot();
    let lock = Rule::Lock(live.settings.throttle.sign_in_failures);
    let row = row_id(rekey, LimitKind::SignIn, subject);
    let turn = match means == AttemptKind::Password && live.channels().any() {
        true => apply_rules(tx, rekey, &row, &[lock, Rule::ConsecutiveFailures]).await?,
        false => apply_rules(tx, rekey, &row, &[lock]).await?,
    };
    Ok(match turn {
        LimitOutcome::Allowed => LockoutDecision::Allowed,
        LimitOutcome::LastBeforeLock(seconds) => LockoutDecision::LastBeforeLock(seconds),
        LimitOutcome::Throttled(seconds) => LockoutDecision::Locked(seconds),
        LimitOutcome::LastBeforeBlock => LockoutDecision::LastBeforeBlock,
        LimitOutcome::Blocked => LockoutDecision::Blocked,
    })
}

/// Against whom a try was counted.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain) struct Subject<'a> {
    /// The account; none when nobody has the identifier.
    pub user: Option<&'a UserId>,
    /// The identifier.
    pub identifier: Option<&'a Identifier>,
}

/// A try that failed.
pub(in crate::domain) struct Failure {
    /// What it was for the lock.
    pub turn: LockoutDecision,
    /// What it is answered when it closes and blocks nothing.
    pub usual: Refusal,
}

/// A wrong password, by whoever has this identifier or nobody: what it is answered. The failure that closes
/// the lock is itself answered as locked, and the one that blocks the password as blocked; its owner hears of
/// that once.
pub(in crate::domain) async fn record_failure(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    subject: Subject<'_>,
    failure: Failure,
) -> Result<Refusal> {
    let refusal = match failure.turn {
        LockoutDecision::LastBeforeLock(retry_after) => Refusal::Throttled { retry_after },
        LockoutDecision::LastBeforeBlock => Refusal::PasswordBlocked,
        LockoutDecision::Allowed | LockoutDecision::Locked(_) | LockoutDecision::Blocked => {
            return Ok(failure.usual);
        }
    };
    record_lockout(tx, rekey, caller, subject).await?;
    if refusal == Refusal::PasswordBlocked {
        notify::enqueue_block_notice(tx, rekey, caller, subject.user, BlockedCredential::Password).await?;
    }
    Ok(refusal)
}

/// The last try failed: the lock is closed. Said once for each lock.
pub(in crate::domain) async fn record_lockout(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    subject: Subject<'_>,
) -> Result<()> {
    if let Some(identifier) = subject.identifier {
        webhooks::publish(tx, rekey, caller, WebhookEvent::IdentifierLocked(identifier)).await?;
    }
    let event = Event::with_result(EventKind::IdentifierLockout, "locked", subject.user.cloned());
    audit::record(tx, rekey, caller, &event).await
}

/// Forgets the failures, after a success.
pub(in crate::domain) async fn reset(tx: &mut Tx, rekey: &Core, subject: &str) -> Result<()> {
    clear(tx, &row_id(rekey, LimitKind::SignIn, subject)).await
}

/// The most identifiers that are unlocked at once.
const MAX_TARGETS: usize = 20;

/// Opens the locks of these identifiers and of their accounts before their time: what was counted against
/// them is forgotten.
pub async fn unlock(rekey: &Core, by: Actor<'_>, typed: &[String]) -> Result<()> {
    let mut parsed: Vec<_> = typed.iter().map(|text| Identifier::parse(text)).collect();
    let mut problems: Vec<String> = parsed
        .iter()
        .enumerate()
        .filter(|(_, identifier)| identifier.is_none())
        .map(|(at, _)| format!("targets[{at}]: expected an address, a number or a username"))
        .collect();
    if typed.is_empty() || typed.len() > MAX_TARGETS {
        problems.push(format!("targets: expected 1 to {MAX_TARGETS}"));
    }
    if !problems.is_empty() {
        return Err(Refusal::SettingsInvalid(problems).into());
    }
    // In one order, whatever that of the caller: two unlocks at once must not wait for each other.
    parsed.sort_by_key(|identifier| identifier.as_ref().map(Identifier::to_key));
    let mut tx = rekey.store.write().await?;
    for identifier in parsed.iter().flatten() {
        let user = users::by_identifier(&mut tx, identifier).await?;
        let subjects = user.iter().map(|user| user.id.0.clone()).chain([identifier.to_key()]);
        for subject in subjects {
            clear(&mut tx, &row_id(rekey, LimitKind::Guesses, &subject)).await?;
            reset(&mut tx, rekey, &subject).await?;
        }
        let event = Event::with_result(EventKind::IdentifierLockout, "unlocked", user.map(|user| user.id));
        audit::record(&mut tx, rekey, by.caller, &event.with_subject(by.key)).await?;
    }
    Ok(tx.commit().await?)
}
