//! The bodies of the profile: what its owner reads and may change.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use rekey_core::types::patch::Patch;
use rekey_core::users::custom_data::Document;
use rekey_core::users::profile::Profile;

/// A user, as far as the app may see it. Timestamps are milliseconds since 1970.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MyAccount)]
pub struct AccountOut {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<String>)]
    pub(super) username: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<String>)]
    pub(super) name: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<String>)]
    pub(super) avatar: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<String>)]
    pub(super) primary_email: Patch<String>,
    /// Digits with the country code, no plus.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<String>)]
    pub(super) primary_phone: Patch<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProfileIn>)]
    pub(super) profile: Option<Profile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(super) custom_data: Option<Document>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<i64>)]
    pub(super) last_sign_in_at: Patch<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) updated_at: Option<i64>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[schema(value_type = Option<String>)]
    pub(super) application_id: Patch<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_suspended: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) has_password: Option<bool>,
    /// Whether the user has anything for a verification: a password, an email address or a phone number.
    pub(super) has_security_verification_method: bool,
}

/// The fields of a profile; in a change, null removes one.
#[derive(ToSchema)]
#[schema(as = MyProfile, rename_all = "camelCase")]
#[expect(dead_code, reason = "only described; the fields are merged into what is kept")]
pub struct ProfileIn {
    #[schema(max_length = 256)]
    family_name: Option<String>,
    #[schema(max_length = 256)]
    given_name: Option<String>,
    #[schema(max_length = 256)]
    middle_name: Option<String>,
    #[schema(max_length = 256)]
    nickname: Option<String>,
    #[schema(max_length = 256)]
    preferred_username: Option<String>,
    #[schema(max_length = 256)]
    pub(super) profile: Option<String>,
    #[schema(max_length = 256)]
    website: Option<String>,
    #[schema(max_length = 256)]
    gender: Option<String>,
    #[schema(max_length = 256)]
    birthdate: Option<String>,
    #[schema(max_length = 256)]
    zoneinfo: Option<String>,
    #[schema(max_length = 256)]
    locale: Option<String>,
    pub(super) address: Option<AddressIn>,
}

/// The postal address; always replaced as a whole.
#[derive(ToSchema)]
#[schema(as = MyPostalAddress, rename_all = "camelCase")]
#[expect(dead_code, reason = "only described")]
pub struct AddressIn {
    #[schema(max_length = 256)]
    formatted: Option<String>,
    #[schema(max_length = 256)]
    street_address: Option<String>,
    #[schema(max_length = 256)]
    locality: Option<String>,
    #[schema(max_length = 256)]
    region: Option<String>,
    #[schema(max_length = 256)]
    postal_code: Option<String>,
    #[schema(max_length = 256)]
    country: Option<String>,
}

/// The changes; null removes a name, picture or username.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = MyAccountChange)]
pub struct ChangeIn {
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128)]
    pub(super) name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2048)]
    pub(super) avatar: Patch<String>,
    /// Needs a recent verification.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 128)]
    pub(super) username: Patch<String>,
    /// Replaced as a whole; at most 16 KiB.
    #[serde(default, deserialize_with = "deserialize_present")]
    #[schema(value_type = Object, required = false)]
    pub(super) custom_data: Option<Document>,
}

/// Reads a member that may be absent but not null.
fn deserialize_present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}
