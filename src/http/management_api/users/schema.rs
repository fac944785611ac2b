//! The JSON form of a user. A null field is distinguished from a missing one: null removes the value, a
//! missing field leaves it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use rekey_core::types::ids::UserId;
use rekey_core::types::patch::Patch;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;
use rekey_core::user_management::UserPatch;
use rekey_core::user_management::import_hash::HashAlgorithm;
use rekey_core::users::custom_data::Document;
use rekey_core::users::profile::Profile;
use rekey_core::users::user::{NewUser, User};

/// A new user; every field is optional.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewUser)]
pub struct NewUserIn {
    primary_email: Option<String>,
    /// With its country code.
    primary_phone: Option<String>,
    #[schema(max_length = 128)]
    username: Option<String>,
    /// Not checked against the policy.
    #[schema(value_type = Option<String>, min_length = 1)]
    password: Option<Secret>,
    /// A digest from another system, instead of a password.
    #[schema(max_length = 256)]
    password_digest: Option<String>,
    /// Its algorithm.
    password_algorithm: Option<AlgorithmIn>,
    #[schema(max_length = 128)]
    name: Option<String>,
    /// An http or https address.
    #[schema(max_length = 2048)]
    avatar: Option<String>,
    custom_data: Option<Document>,
    profile: Option<Profile>,
}

/// The algorithm of a digest.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = PasswordAlgorithm)]
pub enum AlgorithmIn {
    Argon2i,
    Argon2id,
    Argon2d,
    SHA1,
    SHA256,
    MD5,
    Bcrypt,
    Legacy,
}

/// The credentials of a new account.
pub(super) struct NewUserCredentials {
    pub password: Option<Secret>,
    pub digest: Option<String>,
    pub algorithm: Option<AlgorithmIn>,
}

/// The changes of a user.
#[derive(Default, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schema(as = UserPatch)]
pub struct UserPatchIn {
    #[schema(value_type = Option<String>, max_length = 128)]
    username: Patch<String>,
    #[schema(value_type = Option<String>)]
    primary_email: Patch<String>,
    #[schema(value_type = Option<String>)]
    primary_phone: Patch<String>,
    #[schema(value_type = Option<String>, max_length = 128)]
    name: Patch<String>,
    #[schema(value_type = Option<String>, max_length = 2048)]
    avatar: Patch<String>,
    custom_data: Option<Document>,
    profile: Option<Profile>,
}

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

impl NewUserIn {
    /// The user and the credentials.
    pub(super) fn into_parts(self) -> (NewUser, NewUserCredentials) {
        let Self { primary_email: email, primary_phone: phone, username, name, avatar, .. } = self;
        let custom_data = self.custom_data.unwrap_or_default();
        let profile = self.profile.unwrap_or_default();
        let new =
            NewUser { username, email, phone, name, avatar, profile, custom_data, ..NewUser::default() };
        let digest = self.password_digest;
        let algorithm = self.password_algorithm;
        (new, NewUserCredentials { password: self.password, digest, algorithm })
    }
}

impl From<AlgorithmIn> for HashAlgorithm {
    fn from(name: AlgorithmIn) -> Self {
        match name {
            AlgorithmIn::Argon2i => Self::Argon2i,
            AlgorithmIn::Argon2id => Self::Argon2id,
            AlgorithmIn::Argon2d => Self::Argon2d,
            AlgorithmIn::SHA1 => Self::Sha1,
            AlgorithmIn::SHA256 => Self::Sha256,
            AlgorithmIn::MD5 => Self::Md5,
            AlgorithmIn::Bcrypt => Self::Bcrypt,
            AlgorithmIn::Legacy => Self::Legacy,
        }
    }
}

impl From<UserPatchIn> for UserPatch {
    fn from(patch: UserPatchIn) -> Self {
        let UserPatchIn {
            username,
            primary_email: email,
            primary_phone: phone,
            name,
            avatar,
            custom_data,
            profile,
        } = patch;
        Self { username, email, phone, name, avatar, profile, custom_data }
    }
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
