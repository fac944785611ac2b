//! "This wasn't me": the link in every notice. Opening it changes nothing; the button reverts the change
//! and every later one, ends what they could be abused for, and starts recovery over the address to which
//! the link was sent. Notices and their links are made in `credentials`.

mod revert;

use crate::audit::event::{Event, EventKind};
use crate::credentials::DISPUTE_TTL_SECONDS;
use crate::credentials::disputes_store::{self, DisputeLink};
use crate::disputes::revert::{RevertPlan, apply_revert};
use crate::messages::enqueue;
use crate::throttle::lock_subject;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::identifier::address::Address;
use crate::types::purpose::Purpose;
use crate::types::secret::{Secret, sha256_digest};
use crate::types::time::Timestamp;
use crate::users::user::User;
use crate::verification::{CreatedRequest, request_code_for};
use crate::{Context, Core, audit};

/// What the page shows before the button is pressed.
#[derive(Clone, Debug)]
pub struct DisputePreview {
    /// Whether an address changed, rather than the password.
    pub is_address: bool,
    /// The browser that made the change.
    pub device: String,
    /// The time of the change.
    pub at: Timestamp,
}

/// Reads the change that a link is about.
pub async fn preview(core: &Core, link: &Secret) -> Result<DisputePreview> {
    let mut tx = core.store.read().await?;
    let found = disputes_store::by_token(&mut tx, &sha256_digest(link.expose()))
        .await?
        .ok_or(Refusal::LinkUnknown)?;
    match found {
        _ if found.ended_at.is_some() => Err(Refusal::LinkSuperseded.into()),
        _ if found.used_at.is_some() => Err(Refusal::LinkUsed.into()),
        _ if found.expires_at <= core.now() => Err(Refusal::LinkExpired.into()),
        DisputeLink { device, created_at, address, .. } => {
            Ok(DisputePreview { is_address: address.is_some(), device, at: created_at })
        }
    }
}

/// The result of a disputed change.
#[derive(Clone, Debug)]
pub struct DisputeOutcome {
    /// Whether a previous address was restored.
    pub is_restored: bool,
    /// Whether an address was removed without a replacement.
    pub is_removed: bool,
    /// Whether the password was disabled.
    pub is_frozen: bool,
    /// The recovery that was started, if it could be.
    pub recovery: Option<CreatedRequest>,
}

/// Reverts the change as far as possible, and notifies the addresses that are removed by it.
#[tracing::instrument(skip_all)]
pub async fn revert_change(context: Context<'_>, link: &Secret) -> Result<DisputeOutcome> {
    let core = context.core;
    let now = core.now();
    let mut tx = core.store.write().await?;
    let token = sha256_digest(link.expose());
    let remembered = now.plus_seconds(DISPUTE_TTL_SECONDS);
    // The account's throttle row is locked first, as in every change, so that two changes cannot deadlock.
    if let Some(found) = disputes_store::by_token(&mut tx, &token).await? {
        lock_subject(&mut tx, core, found.user_id.as_str()).await?;
    }
    let Some(taken) = disputes_store::take(&mut tx, &token, now, remembered).await? else {
        tx.rollback().await?;
        // The preview returns the reason. If the link was valid a moment ago, another request has used it.
        preview(core, link).await?;
        return Err(Refusal::LinkUsed.into());
    };
    let (plan, is_frozen) = apply_revert(&mut tx, context, &taken).await?;
    let event = Event::success(EventKind::PasswordDispute, Some(taken.user_id.clone()));
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    enqueue::wake_sender(core);
    let RevertPlan { after, is_restored, is_removed, .. } = plan;
    let recovery = match find_recovery_identifier(core, &after, &taken) {
        Some(identifier) => start_recovery(context, identifier).await,
        None => None,
    };
    Ok(DisputeOutcome { is_restored, is_removed, is_frozen, recovery })
}

/// The account is safe by now: if recovery cannot start because of a limit, that must not look as if nothing
/// had happened.
async fn start_recovery(context: Context<'_>, identifier: Identifier) -> Option<CreatedRequest> {
    match request_code_for(context, Purpose::Reset, identifier, None).await {
        Ok(created) => Some(created),
        Err(error) => {
            tracing::warn!(?error, "a recovery can't be started after a dispute");
            None
        }
    }
}

/// The address the link was sent to, if the account still has it: the user who pressed the button reads it,
/// while the other address may be the thief's by now, who would get the code. The address that proved the
/// change comes last; before it a restored address, and any other.
fn find_recovery_identifier(core: &Core, user: &User, link: &DisputeLink) -> Option<Identifier> {
    let reachable = reachable(core, user);
    let find = |wanted: Option<Identifier>| wanted.filter(|identifier| reachable.contains(identifier));
    let is_other = |identifier: &Identifier| Some(identifier.to_key()) != link.proved_by;
    let sent_to = link.sent_to.as_deref().and_then(Identifier::from_key).filter(is_other);
    let restored = link.address.as_deref().and_then(|address| Identifier::parse(address.split_once(':')?.1));
    let other = || reachable.iter().find(|identifier| is_other(identifier)).or(reachable.first()).cloned();
    find(sent_to).or_else(|| find(restored)).or_else(other)
}

/// The addresses of the account that can receive a code.
fn reachable(core: &Core, user: &User) -> Vec<Identifier> {
    let channels = core.snapshot().channels();
    let is_connected = |address: &Address| match address {
        Address::Email(_) => channels.email,
        Address::Phone(_) => channels.phone,
    };
    let parse = |address: Address| match address {
        Address::Email(text) | Address::Phone(text) => Identifier::parse(&text),
    };
    user.addresses().into_iter().filter(is_connected).filter_map(parse).collect()
}
