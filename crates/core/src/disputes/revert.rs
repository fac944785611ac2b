//! What "this wasn't me" undoes: an address is restored to its value before the change, and a password that
//! another person may have set is disabled. An address that was set by a reverted change is never restored,
//! whatever another link says.

use crate::credentials::disputes_store::{self, DisputeLink};
use crate::credentials::{AddressNotice, ChangeKind, CredentialChange, end_proofs, enqueue_address_notice};
use crate::db::sql::Tx;
use crate::messages::message::ChangedBy;
use crate::sessions::revoke;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierKind};
use crate::users::user::User;
use crate::webhooks::{self, WebhookEvent};
use crate::{Context, Core, passwords, users};

/// The account after its address changes are reverted.
pub(super) struct RevertPlan {
    /// The account.
    pub after: User,
    /// The kinds of address that change.
    pub kinds: Vec<IdentifierKind>,
    /// Whether a previous address is restored.
    pub is_restored: bool,
    /// Whether an address is removed without a replacement: there was none before, or another account has
    /// it by now.
    pub is_removed: bool,
}

/// Reverts the change and every later change of an address. Otherwise a thief who made two changes could keep
/// the account when the owner uses the link of the first.
pub(super) async fn apply_revert(
    tx: &mut Tx,
    context: Context<'_>,
    taken: &DisputeLink,
) -> Result<(RevertPlan, bool)> {
    // Locked from here on: the user may be changing the account at this moment.
    let locked = users::store::lock(tx, &taken.user_id).await?;
    let user = match locked {
        Some(user) => user,
        None => users::store::by_id(tx, &taken.user_id).await?.ok_or(Refusal::LinkUnknown)?,
    };
    let later = disputes_store::list_open_since(tx, &user.id, taken.created_at).await?;
    let links: Vec<&DisputeLink> = std::iter::once(taken).chain(&later).collect();
    let plan = plan_revert(tx, &links, &user).await?;
    let change = CredentialChange::without_session(&user, ChangeKind::Disputed(&plan.after, taken));
    end_proofs(tx, context.core, &change).await?;
    save_addresses(tx, context, &user, &plan).await?;
    let is_frozen = freeze_password(tx, context.core, taken, &user).await?;
    revoke::revoke_other_sessions(tx, context.core, &user.id, None).await?;
    Ok((plan, is_frozen))
}

/// Saves the addresses, and notifies those that are removed.
async fn save_addresses(tx: &mut Tx, context: Context<'_>, user: &User, plan: &RevertPlan) -> Result<()> {
    if plan.kinds.is_empty() {
        return Ok(());
    }
    let after = User { updated_at: context.now(), ..plan.after.clone() };
    users::store::update_self(tx, &after, context.now()).await?;
    for kind in &plan.kinds {
        let notice = AddressNotice { before: user, after: &after, kind: *kind, by: ChangedBy::PutBack };
        enqueue_address_notice(tx, context, &notice).await?;
    }
    webhooks::publish(tx, context.core, context.caller, WebhookEvent::UserUpdated(&after)).await
}

/// Plans to revert the first of these changes of each kind of address, and with it every later one. The links
/// are the one that was used and those of later changes, oldest first. Nothing is written.
async fn plan_revert(tx: &mut Tx, links: &[&DisputeLink], user: &User) -> Result<RevertPlan> {
    let mut plan =
        RevertPlan { after: user.clone(), kinds: Vec::new(), is_restored: false, is_removed: false };
    for kind in [IdentifierKind::Email, IdentifierKind::Phone] {
        let Some(before) = links.iter().find_map(|link| previous_address(link, kind)) else { continue };
        revert_address(tx, &mut plan, kind, before).await?;
    }
    Ok(plan)
}

/// The address of this kind that the account had before the change that a link is about; empty when it had
/// none.
fn previous_address(link: &DisputeLink, kind: IdentifierKind) -> Option<&str> {
    let (name, text) = link.address.as_deref()?.split_once(':')?;
    let is_kind = match kind {
        IdentifierKind::Phone => name == "phone",
        IdentifierKind::Email | IdentifierKind::Username => name != "phone",
    };
    is_kind.then_some(text)
}

async fn revert_address(
    tx: &mut Tx,
    plan: &mut RevertPlan,
    kind: IdentifierKind,
    before: &str,
) -> Result<()> {
    let user = plan.after.clone();
    let identifier = Identifier::parse_as(kind, before);
    if user.is_suspended || !may_be_restored(tx, &user, identifier.as_ref()).await? {
        return Ok(());
    }
    let text = match &identifier {
        Some(identifier) if is_available(tx, &user, identifier).await? => Some(before.to_owned()),
        _ => None,
    };
    let is_restored = text.is_some();
    match kind {
        IdentifierKind::Phone => plan.after.phone = text,
        IdentifierKind::Email | IdentifierKind::Username => plan.after.email = text,
    }
    if (&plan.after.email, &plan.after.phone) != (&user.email, &user.phone) {
        plan.kinds.push(kind);
        plan.is_restored |= is_restored;
        plan.is_removed |= !is_restored;
    }
    Ok(())
}

async fn may_be_restored(tx: &mut Tx, user: &User, before: Option<&Identifier>) -> Result<bool> {
    match before {
        Some(identifier) => Ok(!disputes_store::was_reverted(tx, &user.id, &identifier.to_key()).await?),
        None => Ok(true),
    }
}

async fn is_available(tx: &mut Tx, user: &User, identifier: &Identifier) -> Result<bool> {
    let holder = users::store::by_identifier(tx, identifier).await?;
    Ok(holder.is_none_or(|holder| holder.id == user.id))
}

/// Disables the current password; false where there is none, or the owner's own recovery set it. That is a
/// recovery after the change, proved over an address that the account had before it, and over another than
/// the change itself was proved with, unless the link was sent there.
async fn freeze_password(tx: &mut Tx, core: &Core, link: &DisputeLink, user: &User) -> Result<bool> {
    let is_later = user.password_changed_at_or_epoch() > link.password_changed_at
        && user.password_changed_at_or_epoch() > link.created_at;
    if is_later && is_set_by_owner(tx, link, user).await? {
        return Ok(false);
    }
    Ok(passwords::store::mark_frozen(tx, &user.id, user.password_changed_at_or_epoch(), core.now()).await?)
}

async fn is_set_by_owner(tx: &mut Tx, link: &DisputeLink, user: &User) -> Result<bool> {
    let Some(proof) = passwords::store::proof(tx, &user.id).await? else { return Ok(false) };
    if link.sent_to.as_ref() == Some(&proof) {
        return Ok(true);
    }
    let notified = disputes_store::list_notified(tx, &user.id, link.created_at).await?;
    Ok(notified.contains(&proof) && link.proved_by.as_ref() != Some(&proof))
}
