//! The types of creating and disabling API keys.

use async_graphql::{Enum, InputObject, SimpleObject};

use crate::http::graphql::payload::response;
use crate::http::graphql::people::Identity;

/// What a role is limited to.
#[derive(InputObject)]
pub struct VariableEntryInput {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

/// What a key may do in a project.
#[derive(InputObject)]
pub struct MembershipInput {
    /// `login`; others can't be bound to a project.
    pub role: String,
    /// None can be said.
    pub variables: Vec<VariableEntryInput>,
}

/// How a key is used.
#[derive(InputObject)]
pub struct CreateApiKeyOptions {
    /// Only false: the address of a proxy counts where the configuration names it.
    pub trust_forwarded_client_info: Option<bool>,
}

/// Why no key was made.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum CreateApiKeyErrorCode {
    /// No application has this id.
    ProjectNotFound,
    /// A membership that can't be; `membershipValidation` says which.
    InvalidMembership,
    /// Never said.
    #[graphql(deprecation = "`INVALID_MEMBERSHIP` is said.")]
    VariableNotFound,
    /// Never said.
    #[graphql(deprecation = "`INVALID_MEMBERSHIP` is said.")]
    RoleNotFound,
    /// Never said.
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
    /// Never said.
    VariableEmpty,
    /// Never said.
    VariableInvalid,
}

/// A membership that can't be.
#[derive(Clone, SimpleObject)]
pub struct MembershipValidationError {
    /// Why.
    pub(super) code: MembershipValidationErrorCode,
    /// Its role.
    pub(super) role: String,
    /// Its variable, where one is the reason.
    pub(super) variable: Option<String>,
}

/// A key and, this once, its token.
#[derive(SimpleObject)]
pub struct ApiKeyWithToken {
    /// The key's id.
    pub(super) id: String,
    /// The token; none where `tokenHash` was given.
    pub(super) token: Option<String>,
    /// What it may do.
    pub(super) identity: Identity,
}

/// A key that was made.
#[derive(SimpleObject)]
pub struct CreateApiKeyResult {
    /// The key.
    pub(super) api_key: ApiKeyWithToken,
}

/// Why no key was switched off.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum DisableApiKeyErrorCode {
    /// There is no such key that is on.
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
