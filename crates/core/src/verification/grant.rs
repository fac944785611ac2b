//! The grant of a verified request: the right to act, once, for one purpose. It is read and consumed here.
//! Reading may report that an account is deleted or suspended, because the caller has proved ownership of the
//! address.

use crate::db::sql::Tx;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::{RequestId, UserId};
use crate::types::purpose::Purpose;
use crate::types::secret::{Secret, sha256_digest};
use crate::verification::store::{self, records, verified_grants};
use crate::verification::verification_request::VerificationRequest;
use crate::{Core, users};

/// The proof that a browser holds.
#[derive(Clone, Debug)]
pub struct VerifiedGrant {
    /// The request.
    pub request: RequestId,
    /// The grant token.
    pub token: Secret,
}

/// The request that this grant is currently valid for.
pub(crate) async fn find(
    tx: &mut Tx,
    core: &Core,
    purpose: Purpose,
    grant: &VerifiedGrant,
) -> Result<Option<VerificationRequest>> {
    let digest = sha256_digest(grant.token.expose());
    Ok(verified_grants::by_grant(tx, &grant.request, &digest, purpose, core.now()).await?)
}

/// Consumes the grant: check and write are one statement (step_order, single_use). `GrantInvalid` when it is
/// spent, expired or for another purpose. The caller holds the throttle row of the request's subject, which
/// is locked before request rows, as everywhere.
pub(crate) async fn consume(
    tx: &mut Tx,
    core: &Core,
    purpose: Purpose,
    grant: &VerifiedGrant,
) -> Result<VerificationRequest> {
    let digest = sha256_digest(grant.token.expose());
    let spent = verified_grants::mark_completed(tx, &grant.request, &digest, purpose, core.now()).await?;
    spent.ok_or_else(|| Refusal::GrantInvalid.into())
}

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
pub async fn load_owner(core: &Core, purpose: Purpose, grant: &VerifiedGrant) -> Result<GrantOwner> {
    let mut tx = core.store.read().await?;
    let Some(request) = store::by_id(&mut tx, &grant.request).await? else {
        return Ok(GrantOwner::Deleted);
    };
    let is_open = find(&mut tx, core, purpose, grant).await?.is_some();
    let owner = match &request.user_id {
        Some(id) => users::store::by_id(&mut tx, id).await?,
        None => None,
    };
    match owner {
        Some(user) if user.is_suspended => Ok(GrantOwner::Suspended),
        Some(user) if is_open => Ok(GrantOwner::User(user.id)),
        None if is_open && purpose == Purpose::SignUp => Ok(GrantOwner::NewUser),
        _ => Err(Refusal::GrantInvalid.into()),
    }
}

/// Uses the record of a new address, once; false when it is not verified, expired, used, or of another user
/// or address.
pub(crate) async fn consume_record(
    tx: &mut Tx,
    core: &Core,
    user: &UserId,
    id: &RequestId,
    identifier: &Identifier,
) -> Result<bool> {
    Ok(records::mark_used(tx, user, id, &identifier.to_key(), core.now()).await?)
}
