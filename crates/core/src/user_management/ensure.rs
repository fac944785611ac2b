//! Users of the bootstrap file. It creates them once: a user who was suspended, changed or deleted since
//! stays so at the next start, unless the entry is enforced. Enforced changes end proofs, send notices and
//! are audited like every change.

use crate::audit::actor::Actor;
use crate::credentials::{AddressNotice, enqueue_address_notice};
use crate::messages::enqueue;
use crate::messages::message::ChangedBy;
use crate::settings::bootstrap_file::{self, EntryKind};
use crate::throttle::lock_subject;
use crate::types::error::Result;
use crate::types::identifier::email::Email;
use crate::types::identifier::phone::Phone;
use crate::types::identifier::{IdentifierKind, username_key};
use crate::types::ids::UserId;
use crate::user_management::manage::{load, save_update, set_suspended};
use crate::user_management::{InitialPassword, add, ensure_identifiers_available, validate_identifiers};
use crate::users::search::find;
use crate::users::user::{NewUser, User};
use crate::{Core, users};

/// Creates the user of this id unless the file created them before; if the entry is enforced, an existing
/// user is updated to match it, except for the password.
pub async fn ensure(
    core: &Core,
    by: Actor<'_>,
    new: NewUser,
    password: Option<InitialPassword>,
    is_enforced: bool,
) -> Result<UserId> {
    validate_identifiers(&new)?;
    let id = UserId(new.id.clone().unwrap_or_default());
    match find(core, &id).await? {
        Some(_) if is_enforced => enforce(core, by, &id, new).await?,
        Some(_) => {}
        None if is_enforced || !was_created(core, &id).await? => {
            add(core, new, password).await?;
        }
        None => tracing::info!(
            user.id = id.as_str(),
            "a person of the bootstrap file was deleted and is not made again"
        ),
    }
    let mut tx = core.store.write().await?;
    bootstrap_file::remember(&mut tx, core, EntryKind::User, id.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Refuses an entry that `ensure` would refuse; nothing is changed.
pub async fn check_entry(core: &Core, new: &NewUser, is_enforced: bool) -> Result<()> {
    validate_identifiers(new)?;
    let id = UserId(new.id.clone().unwrap_or_default());
    let is_there = find(core, &id).await?.is_some();
    if !is_enforced && (is_there || was_created(core, &id).await?) {
        return Ok(());
    }
    let mut tx = core.store.read().await?;
    ensure_identifiers_available(&mut tx, new, is_there.then_some(&id)).await
}

async fn was_created(core: &Core, id: &UserId) -> Result<bool> {
    let mut tx = core.store.read().await?;
    bootstrap_file::is_known(&mut tx, EntryKind::User, id.as_str()).await
}

async fn enforce(core: &Core, by: Actor<'_>, id: &UserId, new: NewUser) -> Result<()> {
    let is_suspended = new.is_suspended;
    apply_entry(core, by, id, new).await?;
    set_suspended(core, by, id, is_suspended).await.map(|_| ())
}

/// Applies the differences and notifies the addresses that the account had.
async fn apply_entry(core: &Core, by: Actor<'_>, id: &UserId, new: NewUser) -> Result<()> {
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, id.as_str()).await?;
    users::store::lock(&mut tx, id).await?;
    let before = load(&mut tx, id).await?;
    let wanted = with_entry(&before, new);
    if comparable_fields(&before) == comparable_fields(&wanted) {
        return Ok(tx.rollback().await?);
    }
    let after = save_update(&mut tx, core, by, &before, wanted).await?;
    for kind in [IdentifierKind::Email, IdentifierKind::Phone] {
        if before.labelled_address(kind) != after.labelled_address(kind) {
            let notice = AddressNotice { before: &before, after: &after, kind, by: ChangedBy::Operator };
            enqueue_address_notice(&mut tx, by.context(core), &notice).await?;
        }
    }
    tx.commit().await?;
    enqueue::wake_sender(core);
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
