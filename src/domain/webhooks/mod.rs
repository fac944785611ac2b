//! What happened, for the operator's own systems: written down in the transaction of the fact (nothing_lost), delivered by a job. Whoever makes a
//! fact says it once, here; who wants to hear of it is a setting in force. The surprise: without a hook that wants it, saying it costs nothing.
//!
//! Facts about one person arrive in their own order, also with several instances, because of four things:
//! - A fact gets its place from `hook_places`, whose row is locked until the transaction ends. So places are taken in the order of commits: whoever sees
//!   a place sees every lower one, or its transaction was given up.
//! - `tell` is the last thing in a transaction that locks anything; after it there are only new rows. So whoever has the place waits for nobody, and
//!   nobody waits in a circle.
//! - The row of the person is locked before, by whoever changes it. So what a body says of them is not older than what an earlier one said.
//! - A hook's delivery is claimed only when none with a lower place waits, and its claim lasts longer than a try. What is told again by an operator is a
//!   repetition, and repetitions are in order among themselves.

mod body;
mod change;
pub mod deliveries;
mod signature;

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::hook::HookEvent;
use crate::model::identifier::Identifier;
use crate::model::ids;
use crate::model::recovery::InteractionEvent;
use crate::model::user::User;
use crate::store::hook_deliveries::{self, NewDelivery};
use crate::store::hook_places;
use crate::store::sql::Tx;

use super::Rekey;

pub(super) use self::change::read_all;
pub use self::change::{HookIn, create, delete, find, list, patch, rotate};

/// Something that other systems may want to hear of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fact<'a> {
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
    Locked(&'a Identifier),
    /// This identifier got as many messages as it may get, whether or not anybody has it (no_oracle).
    RateLimited(&'a Identifier),
}

/// Where a fact belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    /// The outside of the request.
    pub caller: &'a Caller,
    /// The journey on which it happened, and the id of its request or session.
    pub during: Option<(InteractionEvent, &'a str)>,
}

impl<'a> From<&'a Caller> for Scene<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self { caller, during: None }
    }
}

impl<'a> Scene<'a> {
    /// On a journey.
    pub(super) const fn during(caller: &'a Caller, event: InteractionEvent, id: &'a str) -> Self {
        Self { caller, during: Some((event, id)) }
    }
}

impl<'a> Fact<'a> {
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
            Self::Locked(_) => HookEvent::IdentifierLockout,
            Self::RateLimited(_) => HookEvent::MessageRateLimited,
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
            Self::Locked(_) | Self::RateLimited(_) => None,
        }
    }
}

/// Tells whoever wants to hear of it: one row for each hook, of which there are few. Nothing that another transaction could hold may be locked after it.
pub(super) async fn tell<'a>(
    tx: &mut Tx,
    rekey: &Rekey,
    scene: impl Into<Scene<'a>>,
    fact: Fact<'_>,
) -> Result<()> {
    let (live, event, now, scene) = (rekey.live(), fact.event(), rekey.now(), scene.into());
    let listens = |hook: &&crate::model::hook::Hook| hook.is_enabled && hook.events.contains(&event);
    let listeners: Vec<_> = live.hooks.iter().filter(listens).collect();
    let about = match fact.user() {
        Some(user) if !listeners.is_empty() => Some((&user.id, hook_places::take(tx, &user.id, now).await?)),
        _ => None,
    };
    for hook in listeners {
        let id = ids::fresh(now, rekey.chance(), 21);
        let body = body::of(rekey, scene, fact, &hook.id)?;
        let new = NewDelivery { id, hook_id: &hook.id, event: event.name(), about, body };
        hook_deliveries::insert(tx, &new, now).await?;
    }
    Ok(())
}
