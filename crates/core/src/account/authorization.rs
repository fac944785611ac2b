//! Resolves the user behind an access token of a first-party app, and what the settings let users change.
//! Third-party applications get no access here, whatever the user consented to: it would let them take over
//! the account.

use crate::db::sql::Tx;
use crate::oidc::token::introspection;
use crate::settings::{AccountFields, FieldAccess};
use crate::throttle::in_memory;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::error::{AccountApiError, Result};
use crate::types::ids::{RequestId, SessionId, UserId};
use crate::types::scope::{OPENID, Scope};
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::verification::store::records;
use crate::{Context, Core, users};

/// A user, with the rights that their token carries.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The user.
    pub user: User,
    /// What the app may read and change.
    pub scope: Scope,
    /// The session in which the user signed in to the app; it is kept when the others are ended.
    pub session: SessionId,
    /// The grant that the token was issued from; when it ends, so does the app's access.
    pub grant: String,
}

/// Resolves the user of an access token. A signed token is meant for another API and is refused.
pub async fn authenticate_bearer(context: Context<'_>, token: &Secret) -> Result<Principal> {
    let (token, grant, user) = introspection::authenticate_bearer(context, token).await?;
    if !token.scope.has(OPENID) {
        return Err(ProtocolError::new(
            OAuthError::InsufficientScope,
            "the access token lacks the scope openid",
        )
        .into());
    }
    let snapshot = context.snapshot();
    if snapshot.app(&grant.app_id).is_none_or(|app| app.is_third_party) {
        return Err(AccountApiError::ThirdParty.into());
    }
    if !snapshot.settings.account_center.enabled {
        return Err(AccountApiError::AccountCenterDisabled.into());
    }
    in_memory::limit_by_user(context.core, &user.id)?;
    Ok(Principal { user, scope: token.scope, session: grant.session_id, grant: grant.id })
}

/// A field of the settings.
pub(super) type FieldAccessor = fn(&AccountFields) -> FieldAccess;

/// Refuses unless the settings let users edit this field.
pub(super) fn ensure_editable(core: &Core, field: FieldAccessor) -> Result<()> {
    match field(&core.snapshot().settings.account_center.fields) {
        FieldAccess::Edit => Ok(()),
        FieldAccess::ReadOnly | FieldAccess::Off => Err(AccountApiError::FieldNotEditable.into()),
    }
}

/// Refuses unless the settings let users read this field.
pub(super) fn ensure_readable(core: &Core, field: FieldAccessor) -> Result<()> {
    match field(&core.snapshot().settings.account_center.fields) {
        FieldAccess::Edit | FieldAccess::ReadOnly => Ok(()),
        FieldAccess::Off => Err(AccountApiError::FieldHidden.into()),
    }
}

/// Refuses unless the token has this scope.
pub(super) fn ensure_scope(principal: &Principal, scope: &str) -> Result<()> {
    if principal.scope.has(scope) { Ok(()) } else { Err(AccountApiError::ScopeMissing.into()) }
}

/// Locks the account until the end of the transaction. It may have been deleted since the token was read.
pub(super) async fn lock_user(tx: &mut Tx, id: &UserId) -> Result<User> {
    Ok(users::store::lock(tx, id).await?.ok_or(AccountApiError::VerificationRequired)?)
}

/// Refuses without a recent reauthentication; `user` is the account as it is now, not as it was at that
/// proof.
pub(super) async fn ensure_recent_reauthentication(
    tx: &mut Tx,
    core: &Core,
    user: &User,
    proof: Option<&str>,
) -> Result<()> {
    let found = match proof {
        Some(id) => records::by_id(tx, &user.id, &RequestId(id.to_owned()), core.now()).await?,
        None => None,
    };
    if found.is_some_and(|record| record.permits(user)) {
        Ok(())
    } else {
        Err(AccountApiError::VerificationRequired.into())
    }
}
