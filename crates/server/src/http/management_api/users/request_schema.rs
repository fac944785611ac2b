//! The request bodies for users. A null field is distinguished from a missing one: null removes the value, a
//! missing field leaves it.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use rekey_core::types::patch::Patch;
use rekey_core::types::secret::Secret;
use rekey_core::user_management::UserPatch;
use rekey_core::user_management::import_hash::HashAlgorithm;
use rekey_core::users::custom_data::Document;
use rekey_core::users::profile::Profile;
use rekey_core::users::user::NewUser;

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
    password_algorithm: Option<HashAlgorithm>,
    #[schema(max_length = 128)]
    name: Option<String>,
    /// An http or https address.
    #[schema(max_length = 2048)]
    avatar: Option<String>,
    custom_data: Option<Document>,
    profile: Option<Profile>,
}

/// The credentials of a new account.
pub(super) struct NewUserCredentials {
    pub password: Option<Secret>,
    pub digest: Option<String>,
    pub algorithm: Option<HashAlgorithm>,
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

/// Whether a user is suspended.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UserSuspension)]
pub struct SuspensionIn {
    pub(super) is_suspended: bool,
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
