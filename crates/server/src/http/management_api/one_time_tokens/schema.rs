//! The bodies of the one-time tokens API.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::validation::validate_email;
use rekey_core::one_time_tokens::{DEFAULT_TTL_SECONDS, IssuedToken, OneTimeToken, TokenStatus};
use rekey_core::types::purpose::InteractionEvent;
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
    pub(super) interaction_event: Option<InteractionEvent>,
    #[schema(max_items = 0)]
    #[validate(length(max = 0, message = "expected an empty list, there are no organizations here"))]
    jit_organization_ids: Vec<String>,
}

/// The context of a token; none if it is not limited.
#[derive(Serialize, ToSchema)]
#[schema(as = OneTimeTokenContext)]
#[serde(rename_all = "camelCase")]
struct ContextOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    interaction_event: Option<InteractionEvent>,
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
    pub(super) status: TokenStatus,
}

/// A token. `token` is only in the response that creates it.
#[derive(Serialize, ToSchema)]
#[schema(as = OneTimeToken)]
#[serde(rename_all = "camelCase")]
pub struct TokenOut {
    tenant_id: &'static str,
    id: String,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    token: Option<String>,
    context: ContextOut,
    status: TokenStatus,
    #[schema(value_type = i64)]
    created_at: Timestamp,
    #[schema(value_type = i64)]
    expires_at: Timestamp,
}

impl TokenOut {
    /// A new token, with the token itself.
    pub(super) fn from_issued(issued: IssuedToken, interaction_event: Option<InteractionEvent>) -> Self {
        Self {
            tenant_id: "default",
            id: issued.id,
            email: issued.email,
            token: Some(issued.token.expose().to_owned()),
            context: ContextOut { interaction_event },
            status: TokenStatus::Active,
            created_at: issued.created_at,
            expires_at: issued.expires_at,
        }
    }

    /// A stored token, with its status at this moment.
    pub(super) fn from_token(token: OneTimeToken, now: Timestamp) -> Self {
        Self {
            tenant_id: "default",
            status: token.status(now),
            id: token.id,
            email: token.email,
            token: None,
            context: ContextOut { interaction_event: token.event },
            created_at: token.created_at,
            expires_at: token.expires_at,
        }
    }
}

const fn default_ttl() -> u32 {
    DEFAULT_TTL_SECONDS
}
