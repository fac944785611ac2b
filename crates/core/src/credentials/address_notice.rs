//! The notice that an address of an account has changed. It goes to every address that the account had before
//! (AU-6), including the one that was replaced, each with its own "this wasn't me" link: an
//! attacker who took the account over must not also cut off the way back. A change made by an
//! administrator or by "this wasn't me" is announced the same way, but with a link that reverts nothing.

use crate::Context;
use crate::credentials;
use crate::credentials::disputes_store::{self, DisputeLink};
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::messages::message::{AddressChange, AddressChanged, AddressedMessage, ChangedBy, Message};
use crate::types::error::Result;
use crate::types::identifier::address::Address;
use crate::types::identifier::{Identifier, IdentifierKind};
use crate::types::ids::generate;
use crate::types::secret::{Secret, generate_token, sha256_digest};
use crate::users::user::User;

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

/// Notifies the addresses of `before` that the address of this kind was replaced or removed.
pub(crate) async fn enqueue_address_notice(
    tx: &mut Tx,
    context: Context<'_>,
    notice: &AddressNotice<'_>,
) -> Result<()> {
    let now = context.now();
    for to in notice.before.addresses() {
        let link = if notice.by.can_be_reverted() {
            create_link(tx, context, notice, &to).await?
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

/// Creates a link of its own for this recipient.
async fn create_link(
    tx: &mut Tx,
    context: Context<'_>,
    notice: &AddressNotice<'_>,
    to: &Address,
) -> Result<Secret> {
    let Context { core, caller } = context;
    let now = core.now();
    let not_me = generate_token(core.rng());
    let link = DisputeLink {
        id: generate(now, core.rng(), 21),
        user_id: notice.before.id.clone(),
        password_changed_at: notice.before.password_changed_at_or_epoch(),
        proved_by: None,
        device: caller.device(),
        address: Some(notice.before.labelled_address(notice.kind)),
        created_at: now,
        expires_at: now.plus_seconds(credentials::DISPUTE_TTL_SECONDS),
        used_at: None,
        sent_to: to.to_key(),
        placed: current_address(notice),
        ended_at: None,
    };
    disputes_store::insert(tx, &link, &sha256_digest(not_me.expose())).await?;
    Ok(core.links.not_me(&not_me))
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
