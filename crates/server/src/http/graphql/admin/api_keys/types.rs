//! The types of creating and disabling API keys.

use async_graphql::{Enum, InputObject, SimpleObject};

use crate::http::graphql::payload::response;
use crate::http::graphql::people::Identity;

/// A restriction of a role.
#[derive(InputObject)]
pub struct VariableEntryInput {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

/// A role of a key in a project.
#[derive(InputObject)]
pub struct MembershipInput {
    /// `login`; others can't be bound to a project.
    pub role: String,
    /// There are none.
    pub variables: Vec<VariableEntryInput>,
}

/// Options of a key.
#[derive(InputObject)]
pub struct CreateApiKeyOptions {
    /// Only false: the configuration names the trusted proxies.
    pub trust_forwarded_client_info: Option<bool>,
}

/// Why no key was created.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CreateApiKeyErrorCode {
    /// No application has this id.
    ProjectNotFound,
    /// An invalid membership; see `membershipValidation`.
    InvalidMembership,
    /// Not returned by this server.
    #[graphql(deprecation = "`INVALID_MEMBERSHIP` is said.")]
    VariableNotFound,
    /// Not returned by this server.
    #[graphql(deprecation = "`INVALID_MEMBERSHIP` is said.")]
    RoleNotFound,
    /// Not returned by this server.
    #[graphql(deprecation = "`INVALID_MEMBERSHIP` is said.")]
    VariableEmpty,
}

/// What is wrong with a membership.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum MembershipValidationErrorCode {
    /// This role can't be bound to a project.
    RoleNotFound,
    /// No role has this variable.
    VariableNotFound,
    /// Not returned by this server.
    VariableEmpty,
    /// Not returned by this server.
    VariableInvalid,
}

/// An invalid membership.
#[derive(Clone, SimpleObject)]
pub struct MembershipValidationError {
    /// The reason.
    pub(super) code: MembershipValidationErrorCode,
    /// Its role.
    pub(super) role: String,
    /// Its variable, if it is the reason.
    pub(super) variable: Option<String>,
}

/// A key and, only here, its token.
#[derive(SimpleObject)]
pub struct ApiKeyWithToken {
    /// The key's id.
    pub(super) id: String,
    /// The token; null if `tokenHash` was given.
    pub(super) token: Option<String>,
    /// Its identity, with its roles.
    pub(super) identity: Identity,
}

/// A new key.
#[derive(SimpleObject)]
pub struct CreateApiKeyResult {
    /// The key.
    pub(super) api_key: ApiKeyWithToken,
}

/// Why no key was disabled.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum DisableApiKeyErrorCode {
    /// There is no such active key.
    KeyNotFound,
}

response!(
    "What became of making a key.", CreateApiKeyResponse, CreateApiKeyError, CreateApiKeyErrorCode
    { result: CreateApiKeyResult = "The key." }
    { membership_validation: Vec<MembershipValidationError> = "What is wrong with which membership." }
);

response!(
    "What became of switching a key off.",
    DisableApiKeyResponse, DisableApiKeyError, DisableApiKeyErrorCode {} {}
);
