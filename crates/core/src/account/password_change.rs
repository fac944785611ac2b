//! Sets a password with a session: the pages, the SDK and GraphQL come here once the caller may. What else
//! happens is up to `passwords::set`, which also checks again what could have ended meanwhile.

use crate::account::password::may_change_password;
use crate::audit::event::{Event, EventKind};
use crate::messages::enqueue;
use crate::passwords::{
    self, AcceptedPassword, ChangingSession, ReusePolicy, SessionTokenPolicy, SetReason,
    clear_limits_after_recovery,
};
use crate::sessions::AuthenticatedUser;
use crate::throttle::lock_subject;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::{Context, audit};

/// A changed password.
#[derive(Clone, Debug)]
pub struct PasswordChangeOutcome {
    /// How many other sessions ended.
    pub ended_sessions: i64,
    /// The session's new token; none when the setting ended this session too.
    pub token: Option<Secret>,
}

/// How the user came to set the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeReason {
    /// The user is signed in.
    SignedIn,
    /// The password was forgotten, and the session proves a recovery.
    Recovery,
}

/// A password that a session sets.
#[derive(Clone, Copy)]
pub(super) struct Replacement<'a> {
    /// The password.
    pub accepted: &'a AcceptedPassword,
    /// What happens to the session's token.
    pub token: SessionTokenPolicy,
    /// How the user came to set it.
    pub way: ChangeReason,
}

/// Sets the password of the signed-in user for an app that uses the SDK: the current password is not asked
/// for. The session token stays valid, and so do the tokens that the app holds for the session. The setting
/// that lets users change their own password does not apply to a recovery, here as on the pages.
#[tracing::instrument(skip_all)]
pub(crate) async fn set_password_by_session(
    context: Context<'_>,
    current: &AuthenticatedUser,
    new: &Secret,
    way: ChangeReason,
) -> Result<()> {
    let outcome = try_set_by_session(context, current, new, way).await;
    let refused = |code| Event::refused(event_kind(way), code, Some(current.user.id.clone()));
    audit::record_if_refused(context, outcome, refused).await
}

async fn try_set_by_session(
    context: Context<'_>,
    current: &AuthenticatedUser,
    new: &Secret,
    way: ChangeReason,
) -> Result<()> {
    // A first password, where the settings require one, does not count as a change.
    let is_first = current.user.password_digest.is_none()
        && context.snapshot().settings.sign_in_experience.sign_up.password;
    if way == ChangeReason::SignedIn && !is_first && !may_change_password(context.core) {
        return Err(Refusal::NotFound.into());
    }
    let accepted = passwords::validate_and_hash(context, new, &current.user, ReusePolicy::Allow).await?;
    let replacement = Replacement { accepted: &accepted, token: SessionTokenPolicy::Keep, way };
    save_password(context, current, replacement).await.map(|_| ())
}

/// Saves the password for the current session. If it was changed elsewhere meanwhile, the earlier change
/// wins.
pub(super) async fn save_password(
    context: Context<'_>,
    current: &AuthenticatedUser,
    replacement: Replacement<'_>,
) -> Result<PasswordChangeOutcome> {
    let Context { core, caller } = context;
    let Replacement { accepted, token, way } = replacement;
    let AuthenticatedUser { user, session } = current;
    let session = ChangingSession { session, token };
    let mut tx = core.store.write().await?;
    lock_subject(&mut tx, core, user.id.as_str()).await?;
    let outcome = match way {
        ChangeReason::SignedIn => {
            let reason = SetReason::Change { caller, session };
            passwords::set(&mut tx, core, user, accepted, reason).await?
        }
        ChangeReason::Recovery => {
            let proved_by = &proved_identifier(user)?;
            clear_limits_after_recovery(&mut tx, core, user.id.as_str(), proved_by).await?;
            let reason = SetReason::SdkRecovery { caller, session, proved_by };
            passwords::set(&mut tx, core, user, accepted, reason).await?
        }
    };
    tx.commit().await?;
    enqueue::wake_sender(core);
    Ok(PasswordChangeOutcome { ended_sessions: outcome.ended_sessions, token: outcome.token })
}

/// The identifier that proved an app's recovery: the email address. The session would have ended if it had
/// changed, so without one nothing was proved.
fn proved_identifier(user: &User) -> Result<String> {
    let email = user.email.as_deref().and_then(Identifier::parse).ok_or(Refusal::GrantInvalid)?;
    Ok(email.to_key())
}

/// The audit event for this reason.
const fn event_kind(way: ChangeReason) -> EventKind {
    match way {
        ChangeReason::SignedIn => EventKind::PasswordChange,
        ChangeReason::Recovery => EventKind::PasswordReset,
    }
}
