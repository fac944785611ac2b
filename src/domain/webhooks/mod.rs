//! What happened, for the operator's own systems: written down in the transaction of the fact (nothing_lost),
//! delivered by a job. Whoever makes a fact says it once, here; who wants to hear of it is a setting in
//! force. The surprise: without a hook that wants it, saying it costs nothing.
//!
//! Facts about one person arrive in their own order, also with several instances, because of four things:
//! - A fact gets its place from `hook_places`, whose row is locked until the transaction ends. So places are taken in the order of commits: whoever sees
//!   a place sees every lower one, or its transaction was given up.
//! - `tell` is the last thing in a transaction that locks anything; after it there are only new rows. So whoever has the place waits for nobody, and
//!   nobody waits in a circle.
//! - The row of the person is locked before, by whoever changes it. So what a body says of them is not older than what an earlier one said.
//! - A hook's delivery is claimed only when none with a lower place waits, and its claim lasts longer than a try. What is told again by an operator is a
//!   repetition, and repetitions are in order among themselves.

pub mod deliveries;
mod manage;
mod payload;
mod signature;

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::identifier::Identifier;
use crate::model::ids;
use crate::model::recovery::InteractionEvent;
use crate::model::user::User;
use crate::model::webhook::HookEvent;
use crate::store::sql::Tx;
use crate::store::webhook_deliveries::{self, NewDelivery};
use crate::store::webhook_sequence;

use super::Core;

pub(super) use self::manage::read_all;
pub use self::manage::{WebhookInput, create, delete, find, list, patch, rotate};

/// Something that other systems may want to hear of.
#[derive(Clone, Copy, Debug)]
pub(super) enum WebhookEvent<'a> {
    /// Somebody made an account.
    Registered(&'a User),
    /// Somebody signed in.
    SignedIn(&'a User),
    /// Somebody chose a new password after having forgotten the old one.
    PasswordReset(&'a User),
    /// An account was made, by whomever.
    UserCreated(&'a User),
    /// Something about an account changed: profile, addresses, password.
    UserUpdated(&'a User),
    /// An account was deleted.
    UserDeleted(&'a User),
    /// An account was switched off or on again.
    SuspensionChanged(&'a User),
    /// Too many failures locked what somebody signs in with, whether or not anybody has it (no_oracle).
    IdentifierLocked(&'a Identifier),
    /// This identifier got as many messages as it may get, whether or not anybody has it (no_oracle).
    MessageRateLimited(&'a Identifier),
}

/// Where a fact belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventContext<'a> {
    /// The outside of the request.
    pub caller: &'a Caller,
    /// The journey on which it happened, and the id of its request or session.
    pub during: Option<(InteractionEvent, &'a str)>,
}

impl<'a> From<&'a Caller> for EventContext<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self { caller, during: None }
    }
}

impl<'a> EventContext<'a> {
    /// On a journey.
    pub(super) const fn during(caller: &'a Caller, event: InteractionEvent, id: &'a str) -> Self {
        Self { caller, during: Some((event, id)) }
    }
}

impl<'a> WebhookEvent<'a> {
    /// What it is called outside.
    const fn event(self) -> HookEvent {
        match self {
            Self::Registered(_) => HookEvent::PostRegister,
            Self::SignedIn(_) => HookEvent::PostSignIn,
            Self::PasswordReset(_) => HookEvent::PostResetPassword,
            Self::UserCreated(_) => HookEvent::UserCreated,
            Self::UserUpdated(_) => HookEvent::UserDataUpdated,
            Self::UserDeleted(_) => HookEvent::UserDeleted,
            Self::SuspensionChanged(_) => HookEvent::UserSuspensionStatusUpdated,
            Self::IdentifierLocked(_) => HookEvent::IdentifierLockout,
            Self::MessageRateLimited(_) => HookEvent::MessageRateLimited,
        }
    }

    /// Whom it is about.
    const fn user(self) -> Option<&'a User> {
        match self {
            Self::Registered(user)
            | Self::SignedIn(user)
            | Self::PasswordReset(user)
            | Self::UserCreated(user)
            | Self::UserUpdated(user)
            | Self::UserDeleted(user)
            | Self::SuspensionChanged(user) => Some(user),
            Self::IdentifierLocked(_) | Self::MessageRateLimited(_) => None,
        }
    }
}

/// Tells whoever wants to hear of it: one row for each hook, of which there are few. Nothing that another
/// transaction could hold may be locked after it.
pub(super) async fn publish<'a>(
    tx: &mut Tx,
    rekey: &Core,
    scene: impl Into<EventContext<'a>>,
    fact: WebhookEvent<'_>,
) -> Result<()> {
    let (live, event, now, scene) = (rekey.snapshot(), fact.event(), rekey.now(), scene.into());
    let listens = |hook: &&crate::model::webhook::Webhook| hook.is_enabled && hook.events.contains(&event);
    let listeners: Vec<_> = live.webhooks.iter().filter(listens).collect();
    let about = match fact.user() {
        Some(user) if !listeners.is_empty() => {
            Some((&user.id, webhook_sequence::take_next(tx, &user.id, now).await?))
        }
        _ => None,
    };
    for hook in listeners {
        let id = ids::fresh(now, rekey.rng(), 21);
        let body = payload::render(rekey, scene, fact, &hook.id)?;
        let new =
            NewDelivery { id, webhook_id: &hook.id, event: event.name(), user_and_sequence: about, body };
        webhook_deliveries::insert(tx, &new, now).await?;
    }
    Ok(())
}
