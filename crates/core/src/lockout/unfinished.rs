//! Attempts whose client disconnected before the result was written. An attempt is counted before it is
//! checked, and the check runs outside of every transaction: a client that disconnects there could lock an
//! account without an audit entry or a notice. The message sender writes these results.

use std::sync::{Mutex, PoisonError};

use crate::lockout::{self, Failure, LockoutDecision, Subject};
use crate::messages::enqueue;
use crate::types::caller::Caller;
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::UserId;
use crate::{Context, Core};

/// The results waiting to be written, in this instance.
#[derive(Default)]
pub(crate) struct UnfinishedTries(Mutex<Vec<UnfinishedTry>>);

struct UnfinishedTry {
    caller: Caller,
    user: Option<UserId>,
    identifier: Option<Identifier>,
    turn: LockoutDecision,
}

impl UnfinishedTries {
    fn push(&self, unfinished: UnfinishedTry) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(unfinished);
    }

    fn pop(&self) -> Option<UnfinishedTry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// Held from counting an attempt until its result is written; if dropped before, it leaves the attempt to
/// `settle`.
pub(crate) struct TryGuard<'a> {
    core: &'a Core,
    unfinished: Option<UnfinishedTry>,
}

impl<'a> TryGuard<'a> {
    /// Guards a counted attempt. Only one that locks an identifier, or blocks a password, has a result that
    /// must not be lost.
    pub(crate) fn new(context: Context<'a>, subject: Subject<'_>, turn: LockoutDecision) -> Self {
        let closes = matches!(turn, LockoutDecision::LastBeforeLock(_) | LockoutDecision::LastBeforeBlock);
        let unfinished = closes.then(|| UnfinishedTry {
            caller: context.caller.clone(),
            user: subject.user.cloned(),
            identifier: subject.identifier.cloned(),
            turn,
        });
        Self { core: context.core, unfinished }
    }

    /// Marks the result as written, unless the outcome is a failure; returns the outcome.
    pub(crate) fn finish<T>(mut self, outcome: Result<T>) -> Result<T> {
        if !matches!(outcome, Err(Error::Failed(_))) {
            self.unfinished = None;
        }
        outcome
    }
}

impl Drop for TryGuard<'_> {
    fn drop(&mut self) {
        if let Some(unfinished) = self.unfinished.take() {
            self.core.unfinished_tries.push(unfinished);
            enqueue::wake_sender(self.core);
        }
    }
}

/// Writes the results of abandoned attempts. They were counted, so they count as failures, whatever was
/// typed.
#[tracing::instrument(name = "settle_sign_ins", skip_all)]
pub async fn settle(core: &Core) -> Result<()> {
    while let Some(unfinished) = core.unfinished_tries.pop() {
        if let Err(error) = write(core, &unfinished).await {
            core.unfinished_tries.push(unfinished);
            return Err(error);
        }
    }
    Ok(())
}

async fn write(core: &Core, unfinished: &UnfinishedTry) -> Result<()> {
    let UnfinishedTry { caller, user, identifier, turn } = unfinished;
    let mut tx = core.store.write().await?;
    let subject = Subject { user: user.as_ref(), identifier: identifier.as_ref() };
    let failure = Failure { turn: *turn, usual: Refusal::InvalidCredentials };
    lockout::record_failure(&mut tx, Context::new(core, caller), subject, failure).await?;
    Ok(tx.commit().await?)
}
