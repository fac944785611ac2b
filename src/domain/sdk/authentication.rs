//! Who is here, for a call with an access token of the SDK. A token of OpenID Connect is none, whatever its
//! scope: it was given for less than a password. One of a forgotten password is only good while the password
//! is the one that was forgotten.

use crate::domain::oidc::introspection;
use crate::domain::sessions::{self, AuthenticatedUser, is_valid_for_user};
use crate::domain::{Core, memory_limiter};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::oidc::grant::Amr;
use crate::model::oidc::oauth_error::{OAuthError, ProtocolError};
use crate::model::secret::Secret;
use crate::model::session::Session;
use crate::model::user::User;
use crate::store::sessions as rows;

/// A person, and how they came in.
#[derive(Clone, Debug)]
pub struct AuthenticatedSdkUser {
    /// The person and their session.
    pub authenticated: AuthenticatedUser,
    /// How.
    pub amr: Amr,
}

/// The person behind this token of this app, or somebody who must set a password first: their token sets it,
/// or is given up, and does nothing else.
pub async fn authenticate_including_restricted(
    rekey: &Core,
    caller: &Caller,
    app: &ClientApp,
    token: &Secret,
) -> Result<AuthenticatedSdkUser> {
    let (_, grant, user) = introspection::authenticate_bearer(rekey, caller, token).await?;
    let is_ours = grant.app_id == app.id && grant.amr != Amr::Protocol;
    let session = rows::by_id(&mut rekey.store.read().await?, &grant.session_id, rekey.now()).await?;
    let session = session.filter(|session| is_ours && is_session_valid(rekey, &user, session, grant.amr));
    let Some(session) = session else {
        memory_limiter::limit_by_network(rekey, caller)?;
        return Err(ProtocolError::invalid_token().into());
    };
    memory_limiter::limit_by_user(rekey, &user.id)?;
    Ok(AuthenticatedSdkUser { authenticated: AuthenticatedUser { user, session }, amr: grant.amr })
}

/// Refuses whoever must set a password first.
pub fn ensure_unlimited(here: &AuthenticatedSdkUser) -> Result<()> {
    const LIMITED: ProtocolError = ProtocolError::new(
        OAuthError::InsufficientScope,
        "until the password is set the token is good for that alone",
    );
    if here.authenticated.session.must_change.is_some() { Err(LIMITED.into()) } else { Ok(()) }
}

fn is_session_valid(rekey: &Core, user: &User, session: &Session, amr: Amr) -> bool {
    match amr {
        Amr::Recovery => session.must_change.is_none_or(|of| user.password_changed_at_or_epoch() == of),
        _ => is_valid_for_user(rekey, user, session),
    }
}

/// Ends this session, and every token of it.
pub async fn end_session(rekey: &Core, caller: &Caller, here: &AuthenticatedSdkUser) -> Result<()> {
    let AuthenticatedUser { user, session } = &here.authenticated;
    match sessions::end(rekey, caller, &user.id, &session.id).await {
        // It ended while it was being ended.
        Err(Error::Refused(Refusal::NotFound)) => Ok(()),
        outcome => outcome,
    }
}

/// Ends every session of the person, this one too.
pub async fn end_all_sessions(rekey: &Core, caller: &Caller, here: &AuthenticatedSdkUser) -> Result<()> {
    sessions::end_all_but(rekey, caller, &here.authenticated.user.id, None).await.map(|_| ())
}
