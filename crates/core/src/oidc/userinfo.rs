//! The userinfo claims: each scope grants a few. A value that the user does not have is omitted instead of
//! null.

use serde_json::json;

use crate::Context;
use crate::oidc::signing_keys::jws::ClaimSet;
use crate::oidc::token::introspection;
use crate::oidc::token::issuance::to_claims;
use crate::types::error::Result;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::scope::{OPENID, Scope};
use crate::types::secret::Secret;
use crate::users::user::User;

/// The claims of the bearer's user.
#[tracing::instrument(skip_all)]
pub async fn load_claims(context: Context<'_>, bearer: &Secret) -> Result<ClaimSet> {
    let (token, _, user) = introspection::authenticate_bearer(context, bearer).await?;
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
