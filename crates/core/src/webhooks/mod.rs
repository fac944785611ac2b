//! Events for the operator's own systems: written in the transaction of the change (nothing_lost), delivered
//! by `jobs::send_webhooks`. Journeys publish each event once, through `publish`. Subscriptions come from the
//! settings snapshot, so publishing costs no query when nobody subscribes.
//!
//! Events about one person arrive in order, even with several instances, for four reasons:
//! - An event gets its place from `hook_places`, whose row is locked until the transaction ends. Places are
//!   therefore taken in the order of commits: a reader who sees a place sees every lower one, or its
//!   transaction was rolled back.
//! - `publish` is the last call in a transaction that locks anything; after it there are only inserts. The
//!   holder of the place therefore waits for nobody, and there is no deadlock.
//! - The row of the user is locked before, by each change of it. A body is therefore never older than an
//!   earlier one about the same user.
//! - A webhook's delivery is claimed only when none with a lower place is pending, and its lease lasts longer
//!   than an attempt. Redeliveries by an operator are repetitions, which are ordered among themselves.

mod attempts;
pub mod deliveries;
pub mod deliveries_store;
mod manage;
mod payload;
mod sealed;
pub mod sequence_store;
mod signature;
pub mod store;
mod validation;
pub mod webhook;

use crate::Core;
use crate::db::sql::Tx;
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::types::identifier::Identifier;
use crate::types::ids;
use crate::types::purpose::{InteractionEvent, Purpose};
use crate::users::user::User;
use crate::webhooks::deliveries_store::NewDelivery;
use crate::webhooks::webhook::HookEvent;

pub(crate) use crate::webhooks::manage::read_all;
pub use crate::webhooks::manage::{WebhookInput, create, delete, find, list, patch, rotate};

/// An event that other systems can subscribe to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WebhookEvent<'a> {
    /// A user created their account.
    Registered(&'a User),
    /// A user signed in.
    SignedIn(&'a User),
    /// A user set a new password through recovery.
    PasswordReset(&'a User),
    /// An account was created, by anyone.
    UserCreated(&'a User),
    /// An account changed: profile, addresses or password.
    UserUpdated(&'a User),
    /// An account was deleted.
    UserDeleted(&'a User),
    /// An account was suspended or reactivated.
    SuspensionChanged(&'a User),
    /// Too many failures locked an identifier, whether or not it has an account (no_oracle).
    IdentifierLocked(&'a Identifier),
    /// This identifier reached its message limit, whether or not it has an account (no_oracle).
    MessageRateLimited(&'a Identifier),
}

/// The context of an event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventContext<'a> {
    /// The network side of the request.
    pub caller: &'a Caller,
    /// The journey in which it happened, and the id of its request or session.
    pub during: Option<(InteractionEvent, &'a str)>,
}

impl<'a> From<&'a Caller> for EventContext<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self { caller, during: None }
    }
}

impl<'a> EventContext<'a> {
    /// The context of a request for this purpose, or of what follows from it.
    pub(crate) const fn during(caller: &'a Caller, purpose: Purpose, id: &'a str) -> Self {
        let during = match purpose.event() {
            Some(event) => Some((event, id)),
            None => None,
        };
        Self { caller, during }
    }
}

impl<'a> WebhookEvent<'a> {
    /// Its public name.
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

    /// The user it is about.
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

/// Writes the event, one row for each subscribed webhook, of which there are few. Nothing that another
/// transaction could hold may be locked after it.
pub(crate) async fn publish<'a>(
    tx: &mut Tx,
    core: &Core,
    scene: impl Into<EventContext<'a>>,
    fact: WebhookEvent<'_>,
) -> Result<()> {
    let live = core.snapshot();
    let event = fact.event();
    let now = core.now();
    let scene = scene.into();
    let listens = |hook: &&crate::webhooks::webhook::Webhook| hook.is_enabled && hook.events.contains(&event);
    let listeners: Vec<_> = live.webhooks.iter().filter(listens).collect();
    let about = match fact.user() {
        Some(user) if !listeners.is_empty() => {
            Some((&user.id, sequence_store::take_next(tx, &user.id, now).await?))
        }
        _ => None,
    };
    for hook in listeners {
        let id = ids::generate(now, core.rng(), 21);
        let body = payload::render(core, scene, fact, &hook.id)?;
        let new = NewDelivery {
            id,
            webhook_id: &hook.id,
            event: event.name(),
            user_and_sequence: about,
            body,
            request_id: scene.caller.request_id.as_deref(),
        };
        deliveries_store::insert(tx, &new, now).await?;
    }
    Ok(())
}
