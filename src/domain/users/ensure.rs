//! Users of the bootstrap file. It creates them once: a user who was suspended, changed or deleted since
//! stays so at the next start, unless the entry is enforced. Enforced changes end proofs, send notices and
//! are audited like every change.

use super::manage::{load, save_update, set_suspended};
use super::{InitialPassword, add, find, validate_identifiers};
use crate::domain::apps::Actor;
use crate::domain::credentials::{AddressNotice, enqueue_address_notice};
use crate::domain::settings::entries::{self, EntryKind};
use crate::domain::throttle::lock_subject;
use crate::domain::{Core, notify};
use crate::model::email::Email;
use crate::model::error::Result;
use crate::model::identifier::{IdentifierKind, username_key};
use crate::model::ids::UserId;
use crate::model::message::ChangedBy;
use crate::model::phone::Phone;
use crate::model::user::{NewUser, User};
use crate::store::users;

/// Creates the user of this id unless the file created them before; if the entry is enforced, an existing
/// user is updated to match it, except for the password.
pub async fn ensure(
    rekey: &Core,
    by: Actor<'_>,
    new: NewUser,
    password: Option<InitialPassword>,
    is_enforced: bool,
) -> Result<UserId> {
    validate_identifiers(&new)?;
    let id = UserId(new.id.clone().unwrap_or_default());
    match find(rekey, &id).await? {
        Some(_) if is_enforced => enforce(rekey, by, &id, new).await?,
        Some(_) => {}
        None if is_enforced || !was_created(rekey, &id).await? => {
            add(rekey, new, password).await?;
        }
        None => tracing::info!(
            user.id = id.as_str(),
            "a person of the bootstrap file was deleted and is not made again"
        ),
    }
    let mut tx = rekey.store.write().await?;
    entries::remember(&mut tx, rekey, EntryKind::User, id.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

async fn was_created(rekey: &Core, id: &UserId) -> Result<bool> {
    let mut tx = rekey.store.read().await?;
    entries::is_known(&mut tx, EntryKind::User, id.as_str()).await
}

async fn enforce(rekey: &Core, by: Actor<'_>, id: &UserId, new: NewUser) -> Result<()> {
    let is_suspended = new.is_suspended;
    apply_entry(rekey, by, id, new).await?;
    set_suspended(rekey, by, id, is_suspended).await.map(|_| ())
}

/// Applies the differences and notifies the addresses that the account had.
async fn apply_entry(rekey: &Core, by: Actor<'_>, id: &UserId, new: NewUser) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    lock_subject(&mut tx, rekey, id.as_str()).await?;
    users::lock(&mut tx, id).await?;
    let before = load(&mut tx, id).await?;
    let wanted = with_entry(&before, new);
    if comparable_fields(&before) == comparable_fields(&wanted) {
        return Ok(tx.rollback().await?);
    }
    let after = save_update(&mut tx, rekey, by, &before, wanted).await?;
    for kind in [IdentifierKind::Email, IdentifierKind::Phone] {
        if before.labelled_address(kind) != after.labelled_address(kind) {
            let notice = AddressNotice { before: &before, after: &after, kind, by: ChangedBy::Operator };
            enqueue_address_notice(&mut tx, rekey, by.caller, &notice).await?;
        }
    }
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(())
}

/// The account as the file describes it.
fn with_entry(before: &User, new: NewUser) -> User {
    let mut user = before.clone();
    user.email = new.email;
    user.phone = new.phone.as_deref().and_then(Phone::parse).map(|phone| phone.digits().to_owned());
    user.username = new.username;
    user.name = new.name;
    user.locale = new.locale;
    user
}

/// The fields of an entry, with identifiers in their lookup form: another spelling is no change.
fn comparable_fields(user: &User) -> [Option<String>; 5] {
    let email = user.email.as_deref().and_then(Email::parse).map(|email| email.key().to_owned());
    let name = user.username.as_deref().and_then(username_key);
    [email, user.phone.clone(), name, user.name.clone(), user.locale.clone()]
}
