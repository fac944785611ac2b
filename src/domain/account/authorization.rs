//! The person behind a token that one of the operator's own apps sends, and what the settings let people do. Third-party applications get
//! nothing here, whatever the person agreed to: it would let them take the account over.

use crate::domain::oidc::introspection;
use crate::domain::{Core, memory_limiter};
use crate::model::caller::Caller;
use crate::model::error::{AccountApiError, Result};
use crate::model::ids::SessionId;
use crate::model::oidc::oauth_error::{OAuthError, ProtocolError};
use crate::model::oidc::scope::{OPENID, Scope};
use crate::model::secret::Secret;
use crate::model::settings::{AccountFields, FieldAccess};
use crate::model::user::{User, VerificationRecord};
use crate::store::sql::Tx;
use crate::store::verification_records;

/// A person, as far as their token goes.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The person.
    pub user: User,
    /// What the app may know of them.
    pub scope: Scope,
    /// The session in which they signed in to the app: this one, when others end.
    pub session: SessionId,
    /// What the token came of; with it the app's right ends.
    pub grant: String,
}

/// Whose token this is. A signed one is for an API and none of ours.
pub async fn authenticate_bearer(rekey: &Core, caller: &Caller, token: &Secret) -> Result<Principal> {
    let (token, grant, user) = introspection::authenticate_bearer(rekey, caller, token).await?;
    if !token.scope.has(OPENID) {
        return Err(ProtocolError::new(
            OAuthError::InsufficientScope,
            "the access token lacks the scope openid",
        )
        .into());
    }
    let live = rekey.snapshot();
    if live.app(&grant.app_id).is_none_or(|app| app.is_third_party) {
        return Err(AccountApiError::ThirdParty.into());
    }
    if !live.settings.account_center.enabled {
        return Err(AccountApiError::AccountCenterDisabled.into());
    }
    memory_limiter::limit_by_user(rekey, &user.id)?;
    Ok(Principal { user, scope: token.scope, session: grant.session_id, grant: grant.id })
}

/// A field of the settings.
pub(super) type FieldAccessor = fn(&AccountFields) -> FieldAccess;

/// Refuses unless people may change this.
pub(super) fn ensure_editable(rekey: &Core, field: FieldAccessor) -> Result<()> {
    match field(&rekey.snapshot().settings.account_center.fields) {
        FieldAccess::Edit => Ok(()),
        FieldAccess::ReadOnly | FieldAccess::Off => Err(AccountApiError::FieldNotEditable.into()),
    }
}

/// Refuses unless people may see this.
pub(super) fn ensure_readable(rekey: &Core, field: FieldAccessor) -> Result<()> {
    match field(&rekey.snapshot().settings.account_center.fields) {
        FieldAccess::Edit | FieldAccess::ReadOnly => Ok(()),
        FieldAccess::Off => Err(AccountApiError::FieldHidden.into()),
    }
}

/// Refuses unless the app may know this.
pub(super) fn ensure_scope(who: &Principal, scope: &str) -> Result<()> {
    if who.scope.has(scope) { Ok(()) } else { Err(AccountApiError::ScopeMissing.into()) }
}

/// Refuses unless the person proved of late that they are still there; `user` is how they are now, not how they were then.
pub(super) async fn ensure_recent_reauthentication(
    tx: &mut Tx,
    rekey: &Core,
    user: &User,
    proof: Option<&str>,
) -> Result<()> {
    let found = match proof {
        Some(id) => verification_records::by_id(tx, &user.id, id, rekey.now()).await?,
        None => None,
    };
    let permits = |record: &VerificationRecord| record.permits(user);
    if found.as_ref().is_some_and(permits) {
        Ok(())
    } else {
        Err(AccountApiError::VerificationRequired.into())
    }
}
