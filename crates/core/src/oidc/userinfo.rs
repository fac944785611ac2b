//! The userinfo claims: each scope grants a few. A value that the user does not have is omitted instead of
//! null.

use serde_json::{Value, json};

use crate::Context;
use crate::oidc::signing_keys::jws::ClaimSet;
use crate::oidc::token::introspection;
use crate::oidc::token::issuance::to_claims;
use crate::types::error::Result;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::scope::{OPENID, Scope};
use crate::types::secret::Secret;
use crate::users::profile::Profile;
use crate::users::user::User;

/// The claims of the bearer's user.
#[tracing::instrument(skip_all)]
pub async fn load_claims(context: Context<'_>, bearer: &Secret) -> Result<ClaimSet> {
    let (token, _, user) = introspection::authenticate_bearer(context, bearer).await?;
    if token.scope.has(OPENID) {
        let mut claims = claims(&user, &token.scope);
        // Apps store as much as they like there, so it is never part of a token.
        if token.scope.has("custom_data") {
            claims.extend(to_claims([("custom_data", json!(user.custom_data))]));
        }
        Ok(claims)
    } else {
        Err(ProtocolError::new(OAuthError::InsufficientScope, "the access token lacks the scope openid")
            .into())
    }
}

/// The claims that these scopes grant.
pub(super) fn claims(user: &User, scope: &Scope) -> ClaimSet {
    let mut claims: ClaimSet = to_claims([("sub", json!(user.id))]).collect();
    if scope.has("profile") {
        claims.extend(profile_claims(user));
    }
    if scope.has("address") {
        claims.extend(to_claims([("address", address_claim(&user.profile))]));
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

/// The claims of OpenID Connect Core 5.1 that the scope `profile` grants, and two of our own. What the
/// profile does not say is taken from the account.
fn profile_claims(user: &User) -> ClaimSet {
    let profile = &user.profile;
    to_claims([
        ("name", json!(user.name)),
        ("family_name", json!(profile.family_name)),
        ("given_name", json!(profile.given_name)),
        ("middle_name", json!(profile.middle_name)),
        ("nickname", json!(profile.nickname)),
        ("preferred_username", json!(profile.preferred_username.as_ref().or(user.username.as_ref()))),
        ("profile", json!(profile.profile)),
        ("picture", json!(user.avatar)),
        ("website", json!(profile.website)),
        ("gender", json!(profile.gender)),
        ("birthdate", json!(profile.birthdate)),
        ("zoneinfo", json!(profile.zoneinfo)),
        ("locale", json!(profile.locale.as_ref().or(user.locale.as_ref()))),
        ("updated_at", json!(user.updated_at.0 / 1000)),
        ("username", json!(user.username)),
        ("created_at", json!(user.created_at)),
    ])
    .collect()
}

/// The address claim (OpenID Connect Core 5.1.1), without the members that the profile does not have; null
/// when it has none.
fn address_claim(profile: &Profile) -> Value {
    let Some(address) = &profile.address else { return Value::Null };
    let members = to_claims([
        ("formatted", json!(address.formatted)),
        ("street_address", json!(address.street_address)),
        ("locality", json!(address.locality)),
        ("region", json!(address.region)),
        ("postal_code", json!(address.postal_code)),
        ("country", json!(address.country)),
    ]);
    let known: ClaimSet = members.filter(|(_, value)| !value.is_null()).collect();
    if known.is_empty() { Value::Null } else { Value::Object(known) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::claims;
    use crate::types::ids::UserId;
    use crate::types::scope::Scope;
    use crate::types::time::Timestamp;
    use crate::users::profile::Profile;
    use crate::users::user::User;

    fn ada(profile: Value) -> User {
        let mut user = User::new(UserId("ada000000001".to_owned()), Timestamp(1_700_000_000_123));
        user.username = Some("ada".to_owned());
        user.avatar = Some("https://example.org/ada.png".to_owned());
        user.locale = Some("en".to_owned());
        user.profile = Profile::default().merge_patch(profile.as_object().cloned().unwrap()).unwrap();
        user
    }

    fn claims_of(user: &User, scope: &str) -> Value {
        Value::Object(claims(user, &Scope::parse(scope)))
    }

    #[test]
    fn the_profile_scope_grants_the_standard_claims() {
        let profile = json!({ "givenName": "Ada", "familyName": "Lovelace", "nickname": "A",
            "preferredUsername": "countess", "website": "https://ada.example", "gender": "female",
            "birthdate": "1815-12-10", "zoneinfo": "Europe/London", "locale": "en-GB", "middleName": "K" });
        let found = claims_of(&ada(profile), "openid profile");
        assert_eq!(
            found,
            json!({ "sub": "ada000000001", "given_name": "Ada", "family_name": "Lovelace", "nickname": "A",
                "middle_name": "K", "preferred_username": "countess", "website": "https://ada.example",
                "gender": "female", "birthdate": "1815-12-10", "zoneinfo": "Europe/London", "locale": "en-GB",
                "picture": "https://example.org/ada.png", "updated_at": 1_700_000_000, "username": "ada",
                "created_at": 1_700_000_000_123_i64 })
        );
        let bare = claims_of(&ada(json!({})), "openid profile");
        assert_eq!((&bare["preferred_username"], &bare["locale"]), (&json!("ada"), &json!("en")));
        assert!(bare.get("given_name").is_none(), "what the user does not have is left out");
    }

    #[test]
    fn the_address_scope_grants_an_object_or_nothing() {
        let user =
            ada(json!({ "address": { "streetAddress": "12 St James's Square", "postalCode": "SW1Y" } }));
        let address = json!({ "street_address": "12 St James's Square", "postal_code": "SW1Y" });
        assert_eq!(claims_of(&user, "openid address"), json!({ "sub": "ada000000001", "address": address }));
        assert_eq!(claims_of(&user, "openid"), json!({ "sub": "ada000000001" }));
        assert_eq!(claims_of(&ada(json!({})), "openid address"), json!({ "sub": "ada000000001" }));
    }
}
