//! What is said about a person outside: in webhooks and to the expressions of token claims. The password's
//! digest is not in it.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Profile, User};
use crate::model::ids::UserId;
use crate::model::time::Timestamp;
use crate::model::user::custom_data::Document;

/// The person, by the names that the APIs use.
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
    /// Always empty: nobody signs in with somebody else's account here.
    identities: Map<String, Value>,
    last_sign_in_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    profile: &'a Profile,
    application_id: Option<&'a str>,
    /// Always null: clients have no metadata documents here.
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
