//! "This wasn't me": the link in every notice. Looking changes nothing; pressing the button freezes exactly the password the
//! notice speaks of, ends every session and open request, and starts recovery, over another address when there is one.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::message::Address;
use crate::model::recovery::InteractionEvent;
use crate::model::secret::{Secret, digest};
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::repudiations::Repudiation;
use crate::store::{recovery as requests, repudiations, users};

use super::oidc::ending;
use super::recovery::{Asked, ask_for};
use super::throttle::hold;
use super::{Rekey, audit};

/// What the page says before the button is pressed.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The browser that changed the password.
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
        Repudiation { device, password_changed_at, .. } => Ok(Notice { device, at: password_changed_at }),
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
    users::mark_frozen(&mut tx, &user.id, taken.password_changed_at, now).await?;
    ending::all_but(&mut tx, rekey, &user.id, None).await?;
    audit::record(
        &mut tx,
        rekey,
        caller,
        &Event::success(EventKind::PasswordRepudiate, Some(user.id.clone())),
    )
    .await?;
    tx.commit().await?;
    super::notify::ring(rekey);
    match way_back(rekey, &user, taken.proved_by.as_deref()) {
        Some(identifier) => Ok(start(rekey, caller, identifier).await),
        None => Ok(None),
    }
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

/// Another address than the one the change was proved with, or that one when there is no other.
fn way_back(rekey: &Rekey, user: &User, proved_by: Option<&str>) -> Option<Identifier> {
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
    let other = reachable.iter().find(|identifier| Some(identifier.tagged().as_str()) != proved_by);
    other.or(reachable.first()).cloned()
}
