//! Which identifiers an account gains and loses by a change, and the notices about it. They go to every
//! address that the account had before (AU-6), including one that was replaced: an attacker who took the
//! account over must not also cut off the way back.

use crate::Context;
use crate::credentials::dispute_links::{DisputableChange, create_link};
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::messages::message::{
    AddressChange, AddressChanged, AddressedMessage, ChangedBy, Message, UsernameChange, UsernameChanged,
};
use crate::types::error::Result;
use crate::types::identifier::address::Addresses;
use crate::types::identifier::{Identifier, IdentifierKind};
use crate::types::secret::Secret;
use crate::users::user::User;

/// The addresses of an account, as tagged keys.
pub(super) fn address_keys(user: &User) -> Addresses {
    let tagged =
        |text: &Option<String>| text.as_deref().and_then(Identifier::parse).map(|found| found.to_key());
    let phone = user.phone.as_ref().map(|digits| Identifier::Phone(digits.clone()).to_key());
    Addresses { email: tagged(&user.email), phone }
}

/// The addresses that the account had and no longer has.
pub(super) fn removed_addresses(before: &User, after: &User) -> Addresses {
    let before = address_keys(before);
    let after = address_keys(after);
    Addresses {
        email: before.email.filter(|email| Some(email) != after.email.as_ref()),
        phone: before.phone.filter(|phone| Some(phone) != after.phone.as_ref()),
    }
}

/// The identifiers that the account has gained.
pub(super) fn added_identifiers(before: &User, after: &User) -> Vec<Identifier> {
    let known = all_identifiers(before);
    all_identifiers(after).into_iter().filter(|identifier| !known.contains(identifier)).collect()
}

fn all_identifiers(user: &User) -> Vec<Identifier> {
    let name = user.username.as_deref().and_then(Identifier::parse);
    user.identifiers().into_iter().chain(name).collect()
}

/// The change to announce.
pub(crate) struct AddressNotice<'a> {
    /// The account before the change.
    pub before: &'a User,
    /// The account after the change.
    pub after: &'a User,
    /// Which of its addresses changed.
    pub kind: IdentifierKind,
    /// Who made the change.
    pub by: ChangedBy,
}

/// Notifies the addresses of `before` that the address of this kind was replaced or removed, each with its
/// own "this wasn't me" link. The link of a change by an administrator or by "this wasn't me" reverts
/// nothing.
pub(crate) async fn enqueue_address_notice(
    tx: &mut Tx,
    context: Context<'_>,
    notice: &AddressNotice<'_>,
) -> Result<()> {
    let now = context.now();
    for to in notice.before.addresses() {
        let link = if notice.by.can_be_reverted() {
            create_link(tx, context.core, disputable_change(context, notice), &to).await?
        } else {
            Secret::new(context.core.links.reset())
        };
        let message = Message::AddressChanged(AddressChanged {
            what: address_change_kind(notice),
            at: now,
            device: context.caller.device(),
            not_me: link,
            by: notice.by,
        });
        let locale = notice.before.locale.clone().unwrap_or_else(|| context.caller.locale.clone());
        let envelope = AddressedMessage { to: Some(to), locale, message };
        enqueue::enqueue(tx, context, &envelope, now.plus_seconds(enqueue::NOTICE_TTL_SECONDS)).await?;
    }
    Ok(())
}

fn disputable_change<'a>(context: Context<'_>, notice: &AddressNotice<'a>) -> DisputableChange<'a> {
    DisputableChange {
        user: &notice.before.id,
        at: context.now(),
        password_changed_at: notice.before.password_changed_at_or_epoch(),
        proved_by: None,
        device: context.caller.device(),
        address: Some(notice.before.labelled_address(notice.kind)),
        placed: current_address(notice),
    }
}

/// The address that the account has now, as a tagged key.
fn current_address(notice: &AddressNotice<'_>) -> Option<String> {
    match notice.kind {
        IdentifierKind::Phone => notice.after.phone.clone().map(|digits| Identifier::Phone(digits).to_key()),
        IdentifierKind::Email | IdentifierKind::Username => {
            notice.after.email.as_deref().and_then(Identifier::parse).map(|email| email.to_key())
        }
    }
}

fn address_change_kind(notice: &AddressNotice<'_>) -> AddressChange {
    let has = |user: &User| match notice.kind {
        IdentifierKind::Phone => user.phone.is_some(),
        IdentifierKind::Email | IdentifierKind::Username => user.email.is_some(),
    };
    match (notice.kind, has(notice.before), has(notice.after)) {
        (IdentifierKind::Phone, true, true) => AddressChange::PhoneChanged,
        (IdentifierKind::Phone, _, true) => AddressChange::PhoneAdded,
        (IdentifierKind::Phone, _, false) => AddressChange::PhoneRemoved,
        (_, true, true) => AddressChange::EmailChanged,
        (_, _, true) => AddressChange::EmailAdded,
        (_, _, false) => AddressChange::EmailRemoved,
    }
}

/// Notifies every address when the username of `after` differs from that of `before`. The link of the notice
/// starts a password reset: that ends the sessions of an attacker who changed the username, and the addresses
/// still let the owner in.
pub(crate) async fn enqueue_username_notice(
    tx: &mut Tx,
    context: Context<'_>,
    before: &User,
    after: &User,
) -> Result<()> {
    let what = match (&before.username, &after.username) {
        (one, other) if one == other => return Ok(()),
        (None, _) => UsernameChange::Added,
        (_, None) => UsernameChange::Removed,
        _ => UsernameChange::Changed,
    };
    let now = context.now();
    for to in before.addresses() {
        let device = context.caller.device();
        let reset = context.core.links.reset();
        let message = Message::UsernameChanged(UsernameChanged { what, at: now, device, reset });
        let locale = before.locale.clone().unwrap_or_else(|| context.caller.locale.clone());
        let envelope = AddressedMessage { to: Some(to), locale, message };
        enqueue::enqueue(tx, context, &envelope, now.plus_seconds(enqueue::NOTICE_TTL_SECONDS)).await?;
    }
    Ok(())
}
