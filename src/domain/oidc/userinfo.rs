//! The userinfo claims: each scope grants a few. A value that the user does not have is omitted instead of
//! null.

use serde_json::json;

use super::introspection;
use super::issuance::to_claims;
use super::jws::ClaimSet;
use crate::domain::Core;
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::oidc::oauth_error::{OAuthError, ProtocolError};
use crate::model::oidc::scope::{OPENID, Scope};
use crate::model::secret::Secret;
use crate::model::user::User;

/// The claims of the bearer's user.
#[tracing::instrument(skip_all)]
pub async fn load_claims(rekey: &Core, caller: &Caller, bearer: &Secret) -> Result<ClaimSet> {
    let (token, _, user) = introspection::authenticate_bearer(rekey, caller, bearer).await?;
    if token.scope.has(OPENID) {
        Ok(claims(&user, &token.scope))
    } else {
        Err(ProtocolError::new(OAuthError::InsufficientScope, "the access token lacks the scope openid")
            .into())
    }
}

/// The claims that these scopes grant.
pub(super) fn claims(user: &User, scope: &Scope) -> ClaimSet {
    let mut claims: ClaimSet = to_claims([("sub", json!(user.id))]).collect();
    if scope.has("profile") {
        claims.extend(to_claims([
            ("name", json!(user.name)),
            ("username", json!(user.username)),
            ("preferred_username", json!(user.username)),
            ("locale", json!(user.locale)),
            ("created_at", json!(user.created_at)),
        ]));
    }
    if scope.has("email") {
        // Every stored address is verified.
        claims.extend(to_claims([
            ("email", json!(user.email)),
            ("email_verified", json!(user.email.as_ref().map(|_| true))),
        ]));
    }
    if scope.has("phone") {
        let phone = user.phone.as_ref().map(|digits| format!("+{digits}"));
        claims.extend(to_claims([
            ("phone_number_verified", json!(phone.as_ref().map(|_| true))),
            ("phone_number", json!(phone)),
        ]));
    }
    claims.retain(|_, value| !value.is_null());
    claims
}
