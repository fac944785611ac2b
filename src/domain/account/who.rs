//! The person behind a token that one of the operator's own apps sends, and what the settings let people do. Third-party applications get
//! nothing here, whatever the person agreed to: it would let them take the account over.

use crate::domain::oidc::tokens;
use crate::domain::{Rekey, pace};
use crate::model::caller::Caller;
use crate::model::error::{Denied, Result};
use crate::model::ids::SessionId;
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::oidc::scope::{OPENID, Scope};
use crate::model::secret::Secret;
use crate::model::settings::{AccountFields, FieldAccess};
use crate::model::user::{User, VerificationRecord};
use crate::store::sql::Tx;
use crate::store::verifications;

/// A person, as far as their token goes.
#[derive(Clone, Debug)]
pub struct Who {
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
pub async fn bearer(rekey: &Rekey, caller: &Caller, token: &Secret) -> Result<Who> {
    let (token, grant, user) = tokens::bearer(rekey, caller, token).await?;
    if !token.scope.has(OPENID) {
        return Err(
            Fault::new(OAuthError::InsufficientScope, "the access token lacks the scope openid").into()
        );
    }
    let live = rekey.live();
    if live.app(&grant.app_id).is_none_or(|app| app.is_third_party) {
        return Err(Denied::ThirdParty.into());
    }
    if !live.settings.account_center.enabled {
        return Err(Denied::CenterOff.into());
    }
    pace::admit_person(rekey, &user.id)?;
    Ok(Who { user, scope: token.scope, session: grant.session_id, grant: grant.id })
}

/// A field of the settings.
pub(super) type Field = fn(&AccountFields) -> FieldAccess;

/// Refuses unless people may change this.
pub(super) fn editable(rekey: &Rekey, field: Field) -> Result<()> {
    match field(&rekey.live().settings.account_center.fields) {
        FieldAccess::Edit => Ok(()),
        FieldAccess::ReadOnly | FieldAccess::Off => Err(Denied::FieldNotEditable.into()),
    }
}

/// Refuses unless people may see this.
pub(super) fn readable(rekey: &Rekey, field: Field) -> Result<()> {
    match field(&rekey.live().settings.account_center.fields) {
        FieldAccess::Edit | FieldAccess::ReadOnly => Ok(()),
        FieldAccess::Off => Err(Denied::FieldOff.into()),
    }
}

/// Refuses unless the app may know this.
pub(super) fn granted(who: &Who, scope: &str) -> Result<()> {
    if who.scope.has(scope) { Ok(()) } else { Err(Denied::ScopeMissing.into()) }
}

/// Refuses unless the person proved of late that they are still there; `user` is how they are now, not how they were then.
pub(super) async fn permitted(tx: &mut Tx, rekey: &Rekey, user: &User, proof: Option<&str>) -> Result<()> {
    let found = match proof {
        Some(id) => verifications::by_id(tx, &user.id, id, rekey.now()).await?,
        None => None,
    };
    let permits = |record: &VerificationRecord| record.permits(user);
    if found.as_ref().is_some_and(permits) { Ok(()) } else { Err(Denied::ProofMissing.into()) }
}
