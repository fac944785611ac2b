//! Apps with their own screens, which use the browser SDK. The journeys are those of the pages, found by
//! address because such an app keeps no cookie between two calls; this subject turns their results into a
//! grant with renewable tokens. A recovery starts a session at once, which for an hour may only set the
//! password.

pub mod codes;
pub mod tokens;

use crate::account::{self, ChangeReason};
use crate::apps::client_app::{AppType, ClientApp};
use crate::oidc::token::introspection;
use crate::sessions::{self, AuthenticatedUser, Session, is_valid_for_user};
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::amr::Amr;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::error::{Error, Refusal, Result};
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::{Context, Core};

/// The app of this id, if it may have its own screens: it runs in a browser or on a device, and is
/// first-party. A third-party app must not see a password (RFC 9700 2.4).
pub fn find_app(core: &Core, id: &str) -> Result<ClientApp> {
    let snapshot = core.snapshot();
    let fits =
        |app: &&ClientApp| app.is_public() && !app.is_third_party && app.kind != AppType::MachineToMachine;
    snapshot.app(id).filter(fits).cloned().ok_or_else(|| Refusal::NotFound.into())
}

/// A user, and how they signed in.
#[derive(Clone, Debug)]
pub struct AuthenticatedSdkUser {
    /// The user and their session.
    pub authenticated: AuthenticatedUser,
    /// How they signed in.
    pub amr: Amr,
}

/// The user of this token of this app, including one who must set a password first: such a token can only set
/// it or sign out. A token of OpenID Connect is refused, whatever its scope: it was issued for less than a
/// password.
pub async fn authenticate_including_restricted(
    context: Context<'_>,
    app: &ClientApp,
    token: &Secret,
) -> Result<AuthenticatedSdkUser> {
    let (_, grant, user) = introspection::authenticate_bearer(context, token).await?;
    let is_ours = grant.app_id == app.id && grant.amr != Amr::Protocol;
    let session =
        sessions::store::by_id(&mut context.core.store.read().await?, &grant.session_id, context.now())
            .await?;
    let session =
        session.filter(|session| is_ours && is_session_valid(context.core, &user, session, grant.amr));
    let Some(session) = session else {
        in_memory::limit_by_network(context, MemoryLimit::Tokens)?;
        return Err(ProtocolError::invalid_token().into());
    };
    in_memory::limit_by_user(context.core, &user.id)?;
    Ok(AuthenticatedSdkUser { authenticated: AuthenticatedUser { user, session }, amr: grant.amr })
}

/// Refuses a user who must set a password first.
pub fn ensure_unrestricted(current: &AuthenticatedSdkUser) -> Result<()> {
    const RESTRICTED: ProtocolError = ProtocolError::new(
        OAuthError::InsufficientScope,
        "until the password is set the token is good for that alone",
    );
    if current.authenticated.session.must_change.is_some() { Err(RESTRICTED.into()) } else { Ok(()) }
}

/// A token from a recovery is valid only while the forgotten password is still the current one.
fn is_session_valid(core: &Core, user: &User, session: &Session, amr: Amr) -> bool {
    match amr {
        Amr::Recovery => session.must_change.is_none_or(|of| user.password_changed_at_or_epoch() == of),
        _ => is_valid_for_user(core, user, session),
    }
}

/// Ends this session, and every token of it.
#[tracing::instrument(name = "end_sdk_session", skip_all)]
pub async fn end_session(context: Context<'_>, current: &AuthenticatedSdkUser) -> Result<()> {
    let AuthenticatedUser { user, session } = &current.authenticated;
    match sessions::end(context, &user.id, &session.id).await {
        // Another request has just ended it.
        Err(Error::Refused(Refusal::NotFound)) => Ok(()),
        outcome => outcome,
    }
}

/// Ends every session of the user, including this one.
#[tracing::instrument(name = "end_sdk_sessions", skip_all)]
pub async fn end_all_sessions(context: Context<'_>, current: &AuthenticatedSdkUser) -> Result<()> {
    sessions::end_all_but(context, &current.authenticated.user.id, None).await.map(|_| ())
}

/// Sets a password with the session of an SDK app. The current one is not asked for, as documented: an app
/// that wants that signs the user in again first. After a recovery the session is the proof, and setting a
/// password makes it an ordinary one. Other sessions end as the setting says, while this one and its tokens
/// stay; with `revoke: all` it ends too.
#[tracing::instrument(name = "set_sdk_password", skip_all)]
pub async fn set_password(context: Context<'_>, current: &AuthenticatedSdkUser, new: &Secret) -> Result<()> {
    let reason = match current.amr {
        Amr::Recovery if current.authenticated.session.must_change.is_some() => ChangeReason::Recovery,
        _ => ChangeReason::SignedIn,
    };
    account::set_password_by_session(context, &current.authenticated, new, reason).await
}
