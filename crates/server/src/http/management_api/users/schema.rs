//! The JSON form of a user. A password's digest is only in it if it was requested.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use rekey_core::types::ids::UserId;
use rekey_core::types::patch::Patch;
use rekey_core::types::time::Timestamp;
use rekey_core::users::custom_data::Document;
use rekey_core::users::profile::Profile;
use rekey_core::users::user::User;

/// A user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub(super) struct UserOut {
    id: UserId,
    username: Option<String>,
    primary_email: Option<String>,
    /// Digits with the country code, no plus.
    primary_phone: Option<String>,
    name: Option<String>,
    avatar: Option<String>,
    custom_data: Document,
    /// Always empty: there are no social identities.
    identities: Map<String, Value>,
    last_sign_in_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    profile: Profile,
    /// The application through which the account was created.
    application_id: Option<String>,
    /// Always null: clients have no metadata documents here.
    #[schema(value_type = Option<String>)]
    cimd_client_id: Option<()>,
    is_suspended: bool,
    has_password: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sso_identities: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<String>)]
    password_digest: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<String>)]
    password_algorithm: Patch<&'static str>,
}

impl UserOut {
    /// The user with the requested additional fields.
    pub(super) fn with_extras(user: User, sso: bool, hash: bool) -> Self {
        let digest = user.password_digest.clone();
        let algorithm = digest.as_deref().map(algorithm_name);
        Self {
            sso_identities: sso.then(Vec::new),
            password_digest: Patch::when(hash, digest),
            password_algorithm: Patch::when(hash, algorithm),
            ..Self::from(user)
        }
    }
}

/// The algorithm of a digest, if this API has a name for it.
fn algorithm_name(digest: &str) -> &'static str {
    match digest.split('$').nth(1).unwrap_or_default() {
        _ if !digest.starts_with('$') => "Legacy",
        "argon2i" => "Argon2i",
        "argon2id" => "Argon2id",
        "argon2d" => "Argon2d",
        name if name.starts_with('2') => "Bcrypt",
        _ => "Legacy",
    }
}

impl From<User> for UserOut {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            username: user.username,
            primary_email: user.email,
            primary_phone: user.phone,
            name: user.name,
            avatar: user.avatar,
            custom_data: user.custom_data,
            identities: Map::new(),
            last_sign_in_at: user.last_sign_in_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
            profile: user.profile,
            application_id: user.app_id,
            cimd_client_id: None,
            is_suspended: user.is_suspended,
            has_password: user.password_digest.is_some(),
            sso_identities: None,
            password_digest: Patch::Absent,
            password_algorithm: Patch::Absent,
        }
    }
}
