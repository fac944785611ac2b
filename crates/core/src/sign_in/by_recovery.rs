//! Recovery through an app's own screens: the verified request becomes a session that may only set a new
//! password. The grant is consumed here, so that the link and code of the same message allow nothing more; on
//! the pages it is consumed with the password.

use crate::Context;
use crate::sessions::{AuthenticatedUser, RECOVERY_TTL_SECONDS, SessionKind};
use crate::throttle::lock_subject;
use crate::types::error::{Refusal, Result};
use crate::types::purpose::Purpose;
use crate::verification::{VerifiedGrant, grant};
use crate::{sessions, users};

/// Consumes the grant and starts the session in one transaction; a user who was suspended meanwhile is
/// refused.
#[tracing::instrument(name = "sign_in_by_recovery", skip_all)]
pub async fn by_recovery(context: Context<'_>, held: &VerifiedGrant) -> Result<AuthenticatedUser> {
    let core = context.core;
    let mut tx = core.store.write().await?;
    let found = grant::find(&mut tx, core, Purpose::Reset, held).await?;
    let request = found.ok_or(Refusal::GrantInvalid)?;
    lock_subject(&mut tx, core, &request.subject).await?;
    grant::consume(&mut tx, core, Purpose::Reset, held).await?;
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantInvalid)?;
    let user = users::store::by_id(&mut tx, owner).await?.filter(|user| !user.is_suspended);
    let user = user.ok_or(Refusal::GrantInvalid)?;
    let stay = SessionKind::MustChangePasswordWithin(RECOVERY_TTL_SECONDS);
    let started = sessions::start(&mut tx, context, &user, stay).await?;
    let session =
        sessions::store::by_id(&mut tx, &started.id, core.now()).await?.ok_or(Refusal::GrantInvalid)?;
    tx.commit().await?;
    Ok(AuthenticatedUser { user, session })
}
