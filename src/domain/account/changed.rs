//! The notice that an address of an account is no longer what it was. It goes to every address that the account had before (AU-6), the
//! one that was replaced among them, each with its own "this wasn't me": whoever took the account over must not also take the way back.

use crate::domain::{Rekey, notify};
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::identifier::IdentifierKind;
use crate::model::ids::fresh;
use crate::model::message::{AddressChange, AddressChanged, Envelope, Message};
use crate::model::secret::{digest, token};
use crate::model::user::User;
use crate::store::repudiations::{self, Repudiation};
use crate::store::sql::Tx;

/// Tells the addresses of `before` that the one of this kind is another now, or gone.
pub(super) async fn address(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    (before, after): (&User, &User),
    kind: IdentifierKind,
) -> Result<()> {
    let now = rekey.now();
    let device = caller.device();
    for to in before.addresses() {
        let not_me = token(rekey.chance());
        let link = Repudiation {
            id: fresh(now, rekey.chance(), 21),
            user_id: before.id.clone(),
            password_changed_at: before.password_since(),
            proved_by: None,
            device: device.clone(),
            address: Some(before.written_address(kind)),
            created_at: now,
            expires_at: now.plus(notify::NOT_ME_LIFE),
            used_at: None,
        };
        repudiations::insert(tx, &link, &digest(not_me.expose())).await?;
        let message = Message::AddressChanged(AddressChanged {
            what: what(before, after, kind),
            at: now,
            device: device.clone(),
            not_me: rekey.links.not_me(&not_me),
        });
        let locale = before.locale.clone().unwrap_or_else(|| caller.locale.clone());
        let envelope = Envelope { to: Some(to), locale, message };
        notify::post(tx, rekey, &envelope, now.plus(notify::NOTICE_LIFE)).await?;
    }
    Ok(())
}

fn what(before: &User, after: &User, kind: IdentifierKind) -> AddressChange {
    let has = |user: &User| match kind {
        IdentifierKind::Phone => user.phone.is_some(),
        IdentifierKind::Email | IdentifierKind::Username => user.email.is_some(),
    };
    match (kind, has(before), has(after)) {
        (IdentifierKind::Phone, true, true) => AddressChange::PhoneChanged,
        (IdentifierKind::Phone, _, true) => AddressChange::PhoneAdded,
        (IdentifierKind::Phone, _, false) => AddressChange::PhoneRemoved,
        (_, true, true) => AddressChange::EmailChanged,
        (_, _, true) => AddressChange::EmailAdded,
        (_, _, false) => AddressChange::EmailRemoved,
    }
}
