//! What a failed attempt entails: the last one before a limit locks the identifier or blocks the password,
//! and its owner is notified.

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::lockout::LockoutDecision;
use crate::messages::enqueue;
use crate::messages::message::{AddressedMessage, AttemptsBlocked, BlockedCredential, Message};
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::UserId;
use crate::users::user::User;
use crate::webhooks::{self, WebhookEvent};
use crate::{Context, audit, users};

/// The subject an attempt was counted against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// The account; none if the identifier has none.
    pub user: Option<&'a UserId>,
    /// The identifier.
    pub identifier: Option<&'a Identifier>,
}

/// A failed attempt.
pub(crate) struct Failure {
    /// The decision it was made under.
    pub turn: LockoutDecision,
    /// The refusal if it neither locks nor blocks.
    pub usual: Refusal,
}

/// Records a wrong password and returns its refusal. The failure that locks the identifier is itself answered
/// as locked, and the one that blocks the password as blocked; its owner is notified once.
pub(crate) async fn record_failure(
    tx: &mut Tx,
    context: Context<'_>,
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
    record_lockout(tx, context, subject).await?;
    if refusal == Refusal::PasswordBlocked {
        enqueue_block_notice(tx, context, subject.user, BlockedCredential::Password).await?;
    }
    Ok(refusal)
}

/// The last attempt failed and the identifier is locked. Audited once for each lockout.
pub(crate) async fn record_lockout(tx: &mut Tx, context: Context<'_>, subject: Subject<'_>) -> Result<()> {
    if let Some(identifier) = subject.identifier {
        webhooks::publish(tx, context.core, context.caller, WebhookEvent::IdentifierLocked(identifier))
            .await?;
    }
    let event = Event::with_result(EventKind::IdentifierLockout, "locked", subject.user.cloned());
    audit::record(tx, context, &event).await
}

/// Notifies the owner, at every verified address, that guessing has blocked their codes or their password. An
/// unknown identifier gets a message without a recipient.
pub(crate) async fn enqueue_block_notice(
    tx: &mut Tx,
    context: Context<'_>,
    owner: Option<&UserId>,
    what: BlockedCredential,
) -> Result<()> {
    let owner = match owner {
        Some(owner) => users::store::by_id(tx, owner).await?.filter(|user| !user.is_suspended),
        None => None,
    };
    let locale = owner.as_ref().and_then(|user| user.locale.clone());
    let locale = locale.unwrap_or_else(|| context.caller.locale.clone());
    let mut readers: Vec<_> = owner.iter().flat_map(User::addresses).map(Some).collect();
    if readers.is_empty() {
        readers.push(None);
    }
    let at = context.now();
    let reset = context.core.links.reset();
    for to in readers {
        let message = Message::AttemptsBlocked(AttemptsBlocked { what, at, reset: reset.clone() });
        let envelope = AddressedMessage { to, locale: locale.clone(), message };
        enqueue::enqueue(tx, context, &envelope, at.plus_seconds(enqueue::NOTICE_TTL_SECONDS)).await?;
    }
    Ok(())
}
