//! Checks a password. Unknown, suspended and password-less users, and those whose password is disabled,
//! cost the same hash and get the same answer as a wrong password (no_oracle). An attempt is counted
//! before it is checked, for the network and for the account.

use crate::audit::event::{Event, EventKind};
use crate::lockout::unfinished::TryGuard;
use crate::lockout::{self, AttemptKind, Failure, LockoutDecision, Subject};
use crate::messages::enqueue;
use crate::sign_in::current_violations;
use crate::types::error::violation::Violation;
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::secret::Secret;
use crate::users;
use crate::users::user::User;
use crate::{Context, Core, audit, passwords};

/// A correct password, before a session is started.
pub(super) struct VerifiedCredentials<'a> {
    pub(super) guard: TryGuard<'a>,
    pub(super) user: User,
    pub(super) identifier: Identifier,
    pub(super) turn: LockoutDecision,
    pub(super) weaknesses: Vec<Violation>,
}

/// Checks identifier and password, after the attempt was counted.
pub(super) async fn check_credentials<'a>(
    context: Context<'a>,
    identifier: Option<Identifier>,
    password: &Secret,
) -> Result<VerifiedCredentials<'a>> {
    let Context { core, caller } = context;
    ensure_enabled(core, identifier.as_ref())?;
    let (user, turn) = find_user_and_count_attempt(context, identifier.as_ref()).await?;
    let subject = Subject { user: user.as_ref().map(|user| &user.id), identifier: identifier.as_ref() };
    let guard = TryGuard::new(context, subject, turn);
    let stored = user.as_ref().and_then(User::usable_digest);
    let verdict = match core.hasher.verify(caller.network(), password, stored).await {
        Ok(verdict) => verdict,
        Err(error) => return guard.finish(fail_unchecked(context, subject, turn, error).await),
    };
    let (Some(user), Some(identifier), true) = (&user, &identifier, verdict.matches) else {
        return guard.finish(refuse_credentials(context, subject, turn).await);
    };
    if verdict.needs_renewal {
        passwords::rehash(context, user, password).await?;
    }
    // Only after the check: the weaknesses of a password must not be shown to somebody who does not know it.
    let weaknesses = current_violations(core, user, password).await;
    Ok(VerifiedCredentials { guard, user: user.clone(), identifier: identifier.clone(), turn, weaknesses })
}

/// Whether the settings let this kind of identifier sign in by password. This is answered openly: it concerns
/// the text that was typed, not its owner, and a user who has to use a code must not believe that the
/// password was wrong.
fn ensure_enabled(core: &Core, identifier: Option<&Identifier>) -> Result<()> {
    let snapshot = core.snapshot();
    let is_taken = identifier.is_none_or(|identifier| snapshot.password_kinds().has(identifier.kind()));
    if snapshot.allows_sign_in() && is_taken { Ok(()) } else { Err(Refusal::SignInDisabled.into()) }
}

/// The attempt was counted but could not be checked: if it locks the account, the log must show that.
async fn fail_unchecked<T>(
    context: Context<'_>,
    subject: Subject<'_>,
    turn: LockoutDecision,
    error: Error,
) -> Result<T> {
    let mut tx = context.core.store.write().await?;
    let failure = Failure { turn, usual: Refusal::InvalidCredentials };
    lockout::record_failure(&mut tx, context, subject, failure).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Err(error)
}

/// Records the failure and refuses it, as locked or blocked if it is the one that locks or blocks.
pub(super) async fn refuse_credentials<T>(
    context: Context<'_>,
    subject: Subject<'_>,
    turn: LockoutDecision,
) -> Result<T> {
    let mut tx = context.core.store.write().await?;
    let failure = Failure { turn, usual: Refusal::InvalidCredentials };
    let refusal = lockout::record_failure(&mut tx, context, subject, failure).await?;
    let event = Event::refused(EventKind::SignIn, refusal.code(), subject.user.cloned());
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Err(refusal.into())
}

/// Counts the attempt against the network, before anybody is looked up, and against the account, or the
/// identifier if it has no account.
async fn find_user_and_count_attempt(
    context: Context<'_>,
    identifier: Option<&Identifier>,
) -> Result<(Option<User>, LockoutDecision)> {
    let mut tx = context.core.store.write().await?;
    if let Some(retry_after) = lockout::limit_by_network(&mut tx, context).await? {
        tx.rollback().await?;
        let refusal = Refusal::Throttled { retry_after };
        return Err(audit::refuse(context, EventKind::SignIn, refusal).await);
    }
    let Some(identifier) = identifier else {
        tx.commit().await?;
        return Ok((None, LockoutDecision::Allowed));
    };
    let user = users::store::by_identifier(&mut tx, identifier).await?;
    let key = lockout_key(user.as_ref(), identifier);
    let turn = lockout::count_attempt(&mut tx, context.core, &key, AttemptKind::Password).await?;
    let refusal = match turn {
        LockoutDecision::Locked(retry_after) => Refusal::Throttled { retry_after },
        LockoutDecision::Blocked => Refusal::PasswordBlocked,
        LockoutDecision::Allowed | LockoutDecision::LastBeforeLock(_) | LockoutDecision::LastBeforeBlock => {
            tx.commit().await?;
            return Ok((user, turn));
        }
    };
    let event = Event::refused(EventKind::SignIn, refusal.code(), user.map(|user| user.id));
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    Err(refusal.into())
}

/// The key it is counted under: the account, or the identifier if it has no account.
fn lockout_key(user: Option<&User>, identifier: &Identifier) -> String {
    user.map_or_else(|| identifier.to_key(), |user| user.id.0.clone())
}
