//! Whose a verified request is, for faces where saying so is a step of its own. It only reads. The surprise: it may say that somebody is
//! gone or suspended, because whoever asks has proved that the address is theirs.

use crate::model::error::{Refusal, Result};
use crate::model::ids::UserId;
use crate::model::recovery::InteractionEvent;
use crate::model::secret::sha256_digest;
use crate::store::{recovery, users};

use super::super::Core;
use super::reset::VerifiedGrant;

/// Whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantOwner {
    /// This person's.
    User(UserId),
    /// Nobody's yet: an account is to be made.
    NewUser,
    /// A person's whose account is switched off.
    Suspended,
    /// A person's whose account was deleted.
    Deleted,
}

/// Reads whose the request of this grant is; refused when the grant is spent, over, or for something else. Switching an account off ends
/// its grants, and deleting it takes its requests along: both are told all the same, to the browser that had proved them.
pub async fn load_owner(rekey: &Core, event: InteractionEvent, grant: &VerifiedGrant) -> Result<GrantOwner> {
    let mut tx = rekey.store.read().await?;
    let Some(request) = recovery::by_id(&mut tx, &grant.request).await? else {
        return Ok(GrantOwner::Deleted);
    };
    let token = sha256_digest(grant.token.expose());
    let is_open = recovery::by_grant(&mut tx, &request.id, &token, event, rekey.now()).await?.is_some();
    let owner = match &request.user_id {
        Some(id) => users::by_id(&mut tx, id).await?,
        None => None,
    };
    match owner {
        Some(user) if user.is_suspended => Ok(GrantOwner::Suspended),
        Some(user) if is_open => Ok(GrantOwner::User(user.id)),
        None if is_open && event == InteractionEvent::Register => Ok(GrantOwner::NewUser),
        _ => Err(Refusal::GrantInvalid.into()),
    }
}
