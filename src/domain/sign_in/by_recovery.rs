//! Recovery through an app's own screens: the verified request becomes a session that may only set a new
//! password. The grant is consumed here, so that the link and code of the same message allow nothing more; on
//! the pages it is consumed with the password.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::recovery::InteractionEvent;
use crate::model::secret::sha256_digest;
use crate::store::{recovery as requests, sessions as rows, users};

use super::super::Core;
use super::super::recovery::reset::VerifiedGrant;
use super::super::sdk::tokens::RECOVERY_TTL_SECONDS;
use super::super::sessions::{self as live, AuthenticatedUser, SessionKind};
use super::super::throttle::lock_subject;

/// Consumes the grant and starts the session in one transaction; a user who was suspended meanwhile is
/// refused.
#[tracing::instrument(name = "sign_in_by_recovery", skip_all)]
pub async fn by_recovery(rekey: &Core, caller: &Caller, grant: &VerifiedGrant) -> Result<AuthenticatedUser> {
    let now = rekey.now();
    let spent = sha256_digest(grant.token.expose());
    let event = InteractionEvent::ForgotPassword;
    let mut tx = rekey.store.write().await?;
    let found = requests::by_grant(&mut tx, &grant.request, &spent, event, now).await?;
    let request = found.ok_or(Refusal::GrantInvalid)?;
    lock_subject(&mut tx, rekey, &request.subject).await?;
    requests::mark_completed(&mut tx, &grant.request, &spent, event, now)
        .await?
        .ok_or(Refusal::GrantInvalid)?;
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantInvalid)?;
    let user = users::by_id(&mut tx, owner).await?.filter(|user| !user.is_suspended);
    let user = user.ok_or(Refusal::GrantInvalid)?;
    let stay = SessionKind::MustChangePasswordWithin(RECOVERY_TTL_SECONDS);
    let started = live::start(&mut tx, rekey, caller, &user, stay).await?;
    let session = rows::by_id(&mut tx, &started.id, now).await?.ok_or(Refusal::GrantInvalid)?;
    tx.commit().await?;
    Ok(AuthenticatedUser { user, session })
}
