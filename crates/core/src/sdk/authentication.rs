//! Authenticates calls with an access token of the SDK. A token of OpenID Connect is refused, whatever its
//! scope: it was issued for less than a password. A token from a recovery is valid only while the forgotten
//! password is still the current one.

use crate::apps::client_app::ClientApp;
use crate::grants::grant::Amr;
use crate::oidc::token::introspection;
use crate::sessions::{self, AuthenticatedUser, Session, is_valid_for_user};
use crate::throttle::in_memory;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::error::{Error, Refusal, Result};
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::{Context, Core};

/// A user, and how they signed in.
#[derive(Clone, Debug)]
pub struct AuthenticatedSdkUser {
    /// The user and their session.
    pub authenticated: AuthenticatedUser,
    /// How they signed in.
    pub amr: Amr,
}

/// The user of this token of this app, including one who must set a password first: such a token can only set
/// it or sign out.
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
        in_memory::limit_by_network(context)?;
        return Err(ProtocolError::invalid_token().into());
    };
    in_memory::limit_by_user(context.core, &user.id)?;
    Ok(AuthenticatedSdkUser { authenticated: AuthenticatedUser { user, session }, amr: grant.amr })
}

/// Refuses a user who must set a password first.
pub fn ensure_unlimited(here: &AuthenticatedSdkUser) -> Result<()> {
    const LIMITED: ProtocolError = ProtocolError::new(
        OAuthError::InsufficientScope,
        "until the password is set the token is good for that alone",
    );
    if here.authenticated.session.must_change.is_some() { Err(LIMITED.into()) } else { Ok(()) }
}

fn is_session_valid(core: &Core, user: &User, session: &Session, amr: Amr) -> bool {
    match amr {
        Amr::Recovery => session.must_change.is_none_or(|of| user.password_changed_at_or_epoch() == of),
        _ => is_valid_for_user(core, user, session),
    }
}

/// Ends this session, and every token of it.
#[tracing::instrument(name = "end_sdk_session", skip_all)]
pub async fn end_session(context: Context<'_>, here: &AuthenticatedSdkUser) -> Result<()> {
    let AuthenticatedUser { user, session } = &here.authenticated;
    match sessions::end(context, &user.id, &session.id).await {
        // Another request has just ended it.
        Err(Error::Refused(Refusal::NotFound)) => Ok(()),
        outcome => outcome,
    }
}

/// Ends every session of the user, including this one.
#[tracing::instrument(name = "end_sdk_sessions", skip_all)]
pub async fn end_all_sessions(context: Context<'_>, here: &AuthenticatedSdkUser) -> Result<()> {
    sessions::end_all_but(context, &here.authenticated.user.id, None).await.map(|_| ())
}
