//! Events for the operator's own systems: written in the transaction of the change (nothing_lost),
//! delivered by `jobs::send_webhooks`. Journeys publish each event once, through `publish`, which costs one small
//! query when nobody subscribes: whether the webhooks are still those of the snapshot.

pub mod attempts;
pub mod attempts_store;
pub mod deliveries;
pub mod deliveries_store;
mod ensure;
mod payload;
mod registration;
mod sealed;
mod signature;
pub mod store;
pub mod trial;
mod validation;
pub mod webhook;

use crate::db::sql::Tx;
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::types::identifier::Identifier;
use crate::types::ids;
use crate::types::purpose::{InteractionEvent, Purpose};
use crate::users::user::User;
use crate::webhooks::deliveries_store::NewDelivery;
pub use crate::webhooks::ensure::{FileWebhook, delete_removed, ensure};
pub use crate::webhooks::registration::{create, delete, find, list, patch, rotate};
pub(crate) use crate::webhooks::sealed::read_all;
pub use crate::webhooks::validation::WebhookInput;
use crate::webhooks::webhook::{Webhook, WebhookEventKind};
use crate::{Core, settings};

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
    const fn event(self) -> WebhookEventKind {
        match self {
            Self::Registered(_) => WebhookEventKind::PostRegister,
            Self::SignedIn(_) => WebhookEventKind::PostSignIn,
            Self::PasswordReset(_) => WebhookEventKind::PostResetPassword,
            Self::UserCreated(_) => WebhookEventKind::UserCreated,
            Self::UserUpdated(_) => WebhookEventKind::UserDataUpdated,
            Self::UserDeleted(_) => WebhookEventKind::UserDeleted,
            Self::SuspensionChanged(_) => WebhookEventKind::UserSuspensionStatusUpdated,
            Self::IdentifierLocked(_) => WebhookEventKind::IdentifierLockout,
            Self::MessageRateLimited(_) => WebhookEventKind::MessageRateLimited,
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
/// transaction could hold may be locked after it. Events about one user arrive in order, because
/// - every change of a user locks their row before it publishes: a body is never older than an earlier one;
/// - the sequence number is taken here in the order of commits (`deliveries_store::take_next`), under the
///   last lock of the transaction, so that its holder waits for nobody and there is no deadlock;
/// - a delivery is claimed only when none with a lower number is pending, and its lease lasts longer than an
///   attempt (`attempts_store`). Redeliveries are repetitions, which are ordered among themselves.
pub(crate) async fn publish<'a>(
    tx: &mut Tx,
    core: &Core,
    event_context: impl Into<EventContext<'a>>,
    webhook_event: WebhookEvent<'_>,
) -> Result<()> {
    let event = webhook_event.event();
    let now = core.now();
    let event_context = event_context.into();
    let listeners = list_listeners(tx, core, event).await?;
    let about = match webhook_event.user() {
        Some(user) if !listeners.is_empty() => {
            Some((&user.id, deliveries_store::take_next(tx, &user.id, now).await?))
        }
        _ => None,
    };
    for webhook in &listeners {
        // What can not be written for one webhook is still sent to the others.
        let body = match payload::render(core, event_context, webhook_event, &webhook.id) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(?error, webhook.id, "an event can't be written for a webhook");
                continue;
            }
        };
        let new = NewDelivery {
            id: ids::generate(now, core.rng(), 21),
            webhook_id: &webhook.id,
            event: event.name(),
            user_and_sequence: about,
            body,
            request_id: event_context.caller.request_id.as_deref(),
        };
        deliveries_store::insert(tx, &new, now).await?;
    }
    Ok(())
}

/// The webhooks that are sent this event. A webhook hears of everything after the answer that it was created, on
/// every instance: what the transaction sees decides, not what this instance has noticed.
async fn list_listeners(tx: &mut Tx, core: &Core, event: WebhookEventKind) -> Result<Vec<Webhook>> {
    let snapshot = core.snapshot();
    let is_current = snapshot.has_rules_of(settings::store::revision(tx).await?);
    let listens = |webhook: &Webhook| webhook.is_enabled && webhook.events.contains(&event);
    Ok(if is_current {
        snapshot.webhooks.iter().filter(|webhook| listens(webhook)).cloned().collect()
    } else {
        read_all(tx, core).await?.into_iter().filter(listens).collect()
    })
}
