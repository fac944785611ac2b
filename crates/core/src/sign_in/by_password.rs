//! Signs in by password, at once or as the first of several steps. The attempt is counted and checked in
//! `credentials`, and cleared after a success. A correct password may violate the current policy; the setting
//! then decides what the session may do.

use crate::Context;
use crate::audit::event::{Event, EventKind};
use crate::lockout::{self, Subject};
use crate::settings::PasswordCompliance;
use crate::sign_in::credentials::{VerifiedCredentials, check_credentials, refuse_credentials};
use crate::sign_in::{SignInOutcome, compliance_action, previous_session, start_session};
use crate::throttle::lock_subject;
use crate::types::error::violation::Violation;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierError};
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users;
use crate::users::user::User;
use crate::verification::link::VerifiedRequest;
use crate::verification::verification_request::VerifiedBy;
use crate::verification::{Preverification, create_preverified_request};

/// What the user typed.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// The identifier as written.
    pub identifier: &'a str,
    /// The password.
    pub password: &'a Secret,
}

/// Checks identifier and password; if they are right, a session starts. `session_token` is this browser's
/// previous session, which ends.
#[tracing::instrument(name = "sign_in_by_password", skip_all)]
pub async fn by_password(
    context: Context<'_>,
    typed: Typed<'_>,
    session_token: Option<&Secret>,
) -> Result<SignInOutcome> {
    let read = Identifier::try_parse(typed.identifier);
    if read == Err(IdentifierError::Hidden) {
        // Reported openly, because it only concerns the text that was typed: a user who sees nothing wrong
        // would keep trying passwords until the account is locked.
        return Err(Refusal::IdentifierHidden.into());
    }
    let VerifiedCredentials { guard, user, identifier, turn, weaknesses } =
        check_credentials(context, read.ok(), typed.password).await?;
    let subject = Subject { user: Some(&user.id), identifier: Some(&identifier) };
    let compliance = compliance_action(context.core, &weaknesses);
    guard.finish(match start_if_current(context, &user, compliance, session_token).await? {
        Some(token) => Ok(SignInOutcome { token, weaknesses }),
        None => refuse_credentials(context, subject, turn).await,
    })
}

/// The same check as the first of several steps: a correct password creates a verified request whose grant
/// signs in once (`by_grant`). Violations of the current policy are returned with it.
#[tracing::instrument(skip_all)]
pub async fn verify_password(
    context: Context<'_>,
    identifier: Identifier,
    password: &Secret,
) -> Result<(VerifiedRequest, Vec<Violation>)> {
    let checked = check_credentials(context, Some(identifier), password).await?;
    let VerifiedCredentials { guard, user, identifier, turn, weaknesses } = checked;
    let proof = Preverification { purpose: Purpose::SignIn, by: VerifiedBy::Password };
    let mut tx = context.core.store.write().await?;
    lockout::undo_network_attempt(&mut tx, context).await?;
    lock_subject(&mut tx, context.core, user.id.as_str()).await?;
    lockout::reset(&mut tx, context.core, user.id.as_str()).await?;
    let followed = create_preverified_request(&mut tx, context, proof, identifier.clone()).await?;
    // The request locks the account's throttle row, for which every change of a password waits.
    let today = users::store::by_id(&mut tx, &user.id).await?;
    let is_same = |today: User| {
        today.usable_digest().is_some() && today.password_changed_at == user.password_changed_at
    };
    guard.finish(match followed.filter(|_| today.is_some_and(is_same)) {
        Some(followed) => {
            tx.commit().await?;
            Ok((followed, weaknesses))
        }
        None => {
            tx.rollback().await?;
            let subject = Subject { user: Some(&user.id), identifier: Some(&identifier) };
            refuse_credentials(context, subject, turn).await
        }
    })
}

/// Starts the session; none when the password was changed or disabled, or the account suspended, since the
/// comparison.
async fn start_if_current(
    context: Context<'_>,
    user: &User,
    compliance: PasswordCompliance,
    session_token: Option<&Secret>,
) -> Result<Option<Secret>> {
    let core = context.core;
    let before = previous_session(core, session_token).await?;
    let mut tx = core.store.write().await?;
    lockout::record_success(&mut tx, context, &user.id).await?;
    if !users::store::record_sign_in(&mut tx, &user.id, user.password_changed_at, core.now()).await? {
        return Ok(None);
    }
    let event = Event::success(EventKind::SignIn, Some(user.id.clone()));
    let token = start_session(&mut tx, context, user, compliance, before, &event).await?;
    tx.commit().await?;
    Ok(Some(token))
}
