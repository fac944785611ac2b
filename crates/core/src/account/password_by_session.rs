//! Sets a new password with a session alone, for apps that use the SDK: the current password is not asked
//! for. It is written like every other change. The setting that lets users change their own password does not
//! apply to a recovery, here as on the pages.

use crate::account::password::may_change_password;
use crate::account::password_change::{ChangeReason, Replacement, event_kind, save_password};
use crate::audit::event::Event;
use crate::passwords::{self, ReusePolicy, SessionTokenPolicy};
use crate::sessions::AuthenticatedUser;
use crate::types::error::{Refusal, Result};
use crate::types::secret::Secret;
use crate::{Context, audit};

/// Sets the password of the signed-in user. The session token stays valid, and so do the tokens that an app
/// holds for the session.
#[tracing::instrument(skip_all)]
pub async fn set_password_by_session(
    context: Context<'_>,
    here: &AuthenticatedUser,
    new: &Secret,
    way: ChangeReason,
) -> Result<()> {
    let outcome = try_set_password(context, here, new, way).await;
    let refused = |code| Event::refused(event_kind(way), code, Some(here.user.id.clone()));
    audit::record_if_refused(context, outcome, refused).await
}

async fn try_set_password(
    context: Context<'_>,
    here: &AuthenticatedUser,
    new: &Secret,
    way: ChangeReason,
) -> Result<()> {
    // A first password, where the settings require one, does not count as a change.
    let is_first = here.user.password_digest.is_none()
        && context.snapshot().settings.sign_in_experience.sign_up.password;
    if way == ChangeReason::SignedIn && !is_first && !may_change_password(context.core) {
        return Err(Refusal::NotFound.into());
    }
    let accepted = passwords::validate_and_hash(context, new, &here.user, ReusePolicy::Allow).await?;
    let replacement = Replacement { accepted: &accepted, token: SessionTokenPolicy::Keep, way };
    save_password(context, here, replacement).await.map(|_| ())
}
