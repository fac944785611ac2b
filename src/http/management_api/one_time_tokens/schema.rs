//! The bodies of the one-time tokens API.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::validation::validate_email;
use rekey_core::one_time_tokens::{DEFAULT_TTL_SECONDS, TokenStatus};
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

/// A new token.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = NewOneTimeToken)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenIn {
    #[schema(format = Email)]
    #[validate(custom(function = validate_email))]
    pub(super) email: String,
    #[serde(default = "default_ttl")]
    #[schema(minimum = 60, maximum = 86400)]
    #[validate(range(min = 60, max = 86400))]
    pub(super) expires_in: u32,
    #[serde(default)]
    #[validate(nested)]
    pub(super) context: ContextIn,
}

/// The context of a token. There are no organizations to which a user could be added.
#[derive(Default, Deserialize, ToSchema, Validate)]
#[schema(as = NewOneTimeTokenContext)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ContextIn {
    pub(super) interaction_event: Option<Interaction>,
    #[schema(max_items = 0)]
    #[validate(length(max = 0, message = "expected an empty list, there are no organizations here"))]
    jit_organization_ids: Vec<String>,
}

/// The context of a token; none if it is not limited.
#[derive(Serialize, ToSchema)]
#[schema(as = OneTimeTokenContext)]
#[serde(rename_all = "camelCase")]
pub(super) struct ContextOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) interaction_event: Option<Interaction>,
}

#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
pub(super) enum Interaction {
    ForgotPassword,
    SignIn,
    Register,
}

/// The status of a token.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[schema(as = OneTimeTokenStatus)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It can be redeemed.
    Active,
    /// It was redeemed.
    Consumed,
    /// It was revoked.
    Revoked,
    /// It has expired.
    Expired,
}

impl From<TokenStatus> for Status {
    fn from(status: TokenStatus) -> Self {
        match status {
            TokenStatus::Active => Self::Active,
            TokenStatus::Consumed => Self::Consumed,
            TokenStatus::Revoked => Self::Revoked,
            TokenStatus::Expired => Self::Expired,
        }
    }
}

/// A token, and the address that it was issued for.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = OneTimeTokenProof)]
#[serde(deny_unknown_fields)]
pub struct VerifyIn {
    pub(super) email: String,
    #[schema(value_type = String, max_length = 256)]
    pub(super) token: Secret,
}

/// The new status of a token.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = OneTimeTokenChange)]
#[serde(deny_unknown_fields)]
pub struct StatusIn {
    pub(super) status: Status,
}

/// A token. `token` is only in the response that creates it.
#[derive(Serialize, ToSchema)]
#[schema(as = OneTimeToken)]
#[serde(rename_all = "camelCase")]
pub struct TokenOut {
    pub(super) tenant_id: &'static str,
    pub(super) id: String,
    pub(super) email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) token: Option<String>,
    pub(super) context: ContextOut,
    pub(super) status: Status,
    #[schema(value_type = i64)]
    pub(super) created_at: Timestamp,
    #[schema(value_type = i64)]
    pub(super) expires_at: Timestamp,
}

const fn default_ttl() -> u32 {
    DEFAULT_TTL_SECONDS
}

impl From<Status> for TokenStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Consumed => Self::Consumed,
            Status::Revoked => Self::Revoked,
            Status::Expired => Self::Expired,
        }
    }
}
