//! "This wasn't me": the link in every notice. Looking changes nothing; pressing the button freezes exactly the password the
//! notice speaks of, puts a changed address back, ends every session and open request, and starts recovery, over that address or another
//! one when there is one.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::UserId;
use crate::model::message::Address;
use crate::model::recovery::InteractionEvent;
use crate::model::secret::{Secret, digest};
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::repudiations::Repudiation;
use crate::store::sql::Tx;
use crate::store::{recovery as requests, repudiations, users};

use super::oidc::ending;
use super::recovery::{Asked, ask_for};
use super::throttle::hold;
use super::webhooks::{self, Fact};
use super::{Rekey, audit};

/// What the page says before the button is pressed.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Whether an address changed, not the password.
    pub is_address: bool,
    /// The browser that made the change.
    pub device: String,
    /// When.
    pub at: Timestamp,
}

/// Reads what a link speaks of.
pub async fn look(rekey: &Rekey, link: &Secret) -> Result<Notice> {
    let mut tx = rekey.store.read().await?;
    let found = repudiations::by_token(&mut tx, &digest(link.expose())).await?.ok_or(Refusal::LinkUnknown)?;
    match found {
        _ if found.used_at.is_some() => Err(Refusal::LinkUsed.into()),
        _ if found.expires_at <= rekey.now() => Err(Refusal::LinkExpired.into()),
        Repudiation { device, created_at, address, .. } => {
            Ok(Notice { is_address: address.is_some(), device, at: created_at })
        }
    }
}

/// Takes the change back as far as that is possible; the answer is the recovery that was started, when one could be.
pub async fn repudiate(rekey: &Rekey, caller: &Caller, link: &Secret) -> Result<Option<Asked>> {
    let now = rekey.now();
    let mut tx = rekey.store.write().await?;
    let Some(taken) = repudiations::take(&mut tx, &digest(link.expose()), now).await? else {
        tx.rollback().await?;
        // It says why; between the two somebody else can only have used it.
        return look(rekey, link).await.and(Err(Refusal::LinkUsed.into()));
    };
    let user = users::by_id(&mut tx, &taken.user_id).await?.ok_or(Refusal::LinkUnknown)?;
    hold(&mut tx, rekey, user.id.as_str()).await?;
    requests::mark_all_superseded(&mut tx, &user.id).await?;
    let restored = match &taken.address {
        Some(address) => put_back(&mut tx, rekey, &user.id, address).await?,
        None => None,
    };
    users::mark_frozen(&mut tx, &user.id, taken.password_changed_at, now).await?;
    ending::all_but(&mut tx, rekey, &user.id, None).await?;
    if let Some(restored) = &restored {
        webhooks::tell(&mut tx, rekey, caller, Fact::UserUpdated(restored)).await?;
    }
    audit::record(
        &mut tx,
        rekey,
        caller,
        &Event::success(EventKind::PasswordRepudiate, Some(user.id.clone())),
    )
    .await?;
    tx.commit().await?;
    super::notify::ring(rekey);
    let user = restored.unwrap_or(user);
    match way_back(rekey, &user, taken.proved_by.as_deref(), taken.address.as_deref()) {
        Some(identifier) => Ok(start(rekey, caller, identifier).await),
        None => Ok(None),
    }
}

/// Puts an address back as it was before the change. Where somebody else has it by now, the new one only goes.
async fn put_back(tx: &mut Tx, rekey: &Rekey, user: &UserId, address: &str) -> Result<Option<User>> {
    let Some(mut user) = users::hold(tx, user).await? else { return Ok(None) };
    let (kind, text) = address.split_once(':').unwrap_or_default();
    let before = Identifier::parse(text).filter(|identifier| identifier.channel().is_some());
    let holder = match &before {
        Some(identifier) => users::by_identifier(tx, identifier).await?,
        None => None,
    };
    let is_free = holder.is_none_or(|holder| holder.id == user.id);
    let text = before.filter(|_| is_free).map(|_| text.to_owned());
    match kind {
        "phone" => user.phone = text,
        _ => user.email = text,
    }
    user.updated_at = rekey.now();
    users::save_own(tx, &user, rekey.now()).await?;
    Ok(Some(user))
}

/// The account is safe by now: a recovery that can't start, because of a throttle, must not look as if nothing had happened.
async fn start(rekey: &Rekey, caller: &Caller, identifier: Identifier) -> Option<Asked> {
    match ask_for(rekey, caller, InteractionEvent::ForgotPassword, identifier, None).await {
        Ok(asked) => Some(asked),
        Err(error) => {
            tracing::warn!(?error, "no recovery after a repudiation");
            None
        }
    }
}

/// The address that was put back; else another than the one the change was proved with, or that one when there is no other.
fn way_back(
    rekey: &Rekey,
    user: &User,
    proved_by: Option<&str>,
    restored: Option<&str>,
) -> Option<Identifier> {
    let channels = rekey.live().channels();
    let reachable: Vec<Identifier> = user
        .addresses()
        .iter()
        .filter(|address| match address {
            Address::Email(_) => channels.email,
            Address::Phone(_) => channels.phone,
        })
        .filter_map(|address| match address {
            Address::Email(text) | Address::Phone(text) => Identifier::parse(text),
        })
        .collect();
    let restored = restored.and_then(|address| Identifier::parse(address.split_once(':')?.1));
    if let Some(identifier) = restored.filter(|identifier| reachable.contains(identifier)) {
        return Some(identifier);
    }
    let other = reachable.iter().find(|identifier| Some(identifier.tagged().as_str()) != proved_by);
    other.or(reachable.first()).cloned()
}
