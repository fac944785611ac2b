//! User data in webhooks and for the expressions of custom claims. It does not contain the password's digest.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::types::ids::UserId;
use crate::types::time::Timestamp;
use crate::users::custom_data::Document;
use crate::users::profile::Profile;
use crate::users::user::User;

/// The user, by the field names of the APIs.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInfo<'a> {
    id: &'a UserId,
    username: Option<&'a str>,
    primary_email: Option<&'a str>,
    primary_phone: Option<&'a str>,
    name: Option<&'a str>,
    avatar: Option<&'a str>,
    custom_data: &'a Document,
    /// Always empty: social sign-in is not supported.
    identities: Map<String, Value>,
    last_sign_in_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    profile: &'a Profile,
    application_id: Option<&'a str>,
    /// Always null: client metadata documents are not supported.
    cimd_client_id: Option<()>,
    is_suspended: bool,
}

impl<'a> From<&'a User> for UserInfo<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: &user.id,
            username: user.username.as_deref(),
            primary_email: user.email.as_deref(),
            primary_phone: user.phone.as_deref(),
            name: user.name.as_deref(),
            avatar: user.avatar.as_deref(),
            custom_data: &user.custom_data,
            identities: Map::new(),
            last_sign_in_at: user.last_sign_in_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
            profile: &user.profile,
            application_id: user.app_id.as_deref(),
            cimd_client_id: None,
            is_suspended: user.is_suspended,
        }
    }
}
