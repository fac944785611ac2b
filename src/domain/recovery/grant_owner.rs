//! The owner of a verified request, for APIs where identifying is a step of its own. It only reads. It may
//! report that an account is deleted or suspended, because the caller has proved ownership of the address.

use crate::model::error::{Refusal, Result};
use crate::model::ids::UserId;
use crate::model::recovery::InteractionEvent;
use crate::model::secret::sha256_digest;
use crate::store::{recovery, users};

use super::super::Core;
use super::reset::VerifiedGrant;

/// The owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantOwner {
    /// This user.
    User(UserId),
    /// Nobody yet: an account is to be created.
    NewUser,
    /// A user who is suspended.
    Suspended,
    /// A user who was deleted.
    Deleted,
}

/// Reads the owner of this grant's request; refused when the grant is spent, expired, or for another purpose.
/// Suspending an account ends its grants, and deleting it deletes its requests: both are still reported to
/// the browser that had proved them.
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
