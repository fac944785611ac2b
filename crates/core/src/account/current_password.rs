//! Checks the current password of a signed-in user. Attempts are counted like a sign-in, so that an
//! unattended session cannot be used to guess the password.

use crate::Context;
use crate::lockout::unfinished::TryGuard;
use crate::lockout::{self, AttemptKind, Failure, LockoutDecision, Subject};
use crate::messages::enqueue;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::secret::Secret;
use crate::users::user::User;

/// Checks the current password, counted and locked like a sign-in. A user without a password costs the same
/// work, and the result is always wrong.
pub(crate) async fn verify_current_password(
    context: Context<'_>,
    user: &User,
    stored: Option<&str>,
    current: Option<&Secret>,
) -> Result<()> {
    let mut tx = context.core.store.write().await?;
    if let Some(retry_after) = lockout::limit_by_network(&mut tx, context).await? {
        return Err(Refusal::Throttled { retry_after }.into());
    }
    let turn = lockout::count_attempt(&mut tx, context.core, user.id.as_str(), AttemptKind::Password).await?;
    tx.commit().await?;
    match turn {
        LockoutDecision::Locked(retry_after) => return Err(Refusal::Throttled { retry_after }.into()),
        LockoutDecision::Blocked => return Err(Refusal::PasswordBlocked.into()),
        LockoutDecision::Allowed | LockoutDecision::LastBeforeLock(_) | LockoutDecision::LastBeforeBlock => {}
    }
    let identifier = Identifier::parse(&user.best_identifier());
    let subject = Subject { user: Some(&user.id), identifier: identifier.as_ref() };
    let guard = TryGuard::new(context, subject, turn);
    guard.finish(compare(context, PasswordAttempt { user, subject, turn, stored }, current).await)
}

/// An attempt that was counted.
struct PasswordAttempt<'a> {
    user: &'a User,
    subject: Subject<'a>,
    turn: LockoutDecision,
    /// The digest of the password; none if the user has none.
    stored: Option<&'a str>,
}

/// Compares the typed password, after the attempt was counted.
async fn compare(context: Context<'_>, attempt: PasswordAttempt<'_>, current: Option<&Secret>) -> Result<()> {
    let PasswordAttempt { user, subject, turn, stored } = attempt;
    let nothing = Secret::default();
    let typed = current.unwrap_or(&nothing);
    let verdict = match context.core.hasher.verify(context.caller.network(), typed, stored).await {
        Ok(verdict) => verdict,
        Err(error) => {
            record_failure(context, subject, turn).await?;
            return Err(error);
        }
    };
    if verdict.matches {
        let mut tx = context.core.store.write().await?;
        // A correct current password is a success, even if the new password is refused afterwards.
        lockout::record_success(&mut tx, context, &user.id).await?;
        return Ok(tx.commit().await?);
    }
    Err(record_failure(context, subject, turn).await?.into())
}

/// Audits an attempt that failed, or that was counted but could not be checked: it may have locked the
/// account, and the log must show that.
async fn record_failure(
    context: Context<'_>,
    subject: Subject<'_>,
    turn: LockoutDecision,
) -> Result<Refusal> {
    let mut tx = context.core.store.write().await?;
    let failure = Failure { turn, usual: Refusal::WrongCurrentPassword };
    let refusal = lockout::record_failure(&mut tx, context, subject, failure).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Ok(refusal)
}
