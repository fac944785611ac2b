//! API keys, created and disabled by keys of the role `root`. The rules are in `rekey_core::api_keys`. A
//! project of this API is an application here; the only membership a key can have in one is of the role
//! `login`, which lets it sign that application's users in.

mod types;

use async_graphql::{Context, Object, Result};

use crate::http::graphql::admin::api_keys::types::{
    ApiKeyWithToken, CreateApiKeyError, CreateApiKeyErrorCode, CreateApiKeyOptions, CreateApiKeyResponse,
    CreateApiKeyResult, DisableApiKeyError, DisableApiKeyErrorCode, DisableApiKeyResponse, MembershipInput,
    MembershipValidationError, MembershipValidationErrorCode,
};
use crate::http::graphql::authentication::graphql_request;
use crate::http::graphql::payload::{invalid_input, to_graphql_error};
use crate::http::graphql::people::Identity;
use rekey_core::api_keys::api_key::{ApiKey, Role};
use rekey_core::api_keys::{self, NewKey};
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::secret::Secret;

/// Mutations of API keys.
#[derive(Default)]
pub struct ApiKeyMutation;

/// Mutations of API keys.
#[Object]
impl ApiKeyMutation {
    /// Creates a key for one project. Its messages are those of that application.
    async fn create_api_key(
        &self,
        context: &Context<'_>,
        project_slug: String,
        memberships: Vec<MembershipInput>,
        description: String,
        #[graphql(secret)] token_hash: Option<String>,
        options: Option<CreateApiKeyOptions>,
    ) -> Option<Result<CreateApiKeyResponse>> {
        let new = NewKey { description, token_hash, app_id: Some(project_slug), ..NewKey::default() };
        Some(create_project_key(context, new, &memberships, options).await)
    }

    /// Creates a global key. Roles are `login` and `root`.
    async fn create_global_api_key(
        &self,
        context: &Context<'_>,
        description: String,
        roles: Option<Vec<String>>,
        #[graphql(secret)] token_hash: Option<String>,
        options: Option<CreateApiKeyOptions>,
    ) -> Option<Result<CreateApiKeyResponse>> {
        let roles: Option<Vec<Role>> =
            roles.unwrap_or_default().iter().map(|name| Role::from_name(name)).collect();
        Some(match roles {
            Some(roles) => {
                create_key(context, NewKey { description, token_hash, roles, ..NewKey::default() }, options)
                    .await
            }
            None => Err(invalid_input("roles: expected login or root")),
        })
    }

    /// Disables a key permanently and at once, even the key of this call.
    async fn disable_api_key(
        &self,
        context: &Context<'_>,
        id: String,
    ) -> Option<Result<DisableApiKeyResponse>> {
        Some(try_disable(context, &id).await)
    }
}

async fn create_project_key(
    context: &Context<'_>,
    new: NewKey,
    memberships: &[MembershipInput],
    options: Option<CreateApiKeyOptions>,
) -> Result<CreateApiKeyResponse> {
    let request = graphql_request(context)?;
    request.actor("create an API key")?;
    let project = new.app_id.as_deref().unwrap_or_default();
    if request.core().snapshot().app(project).is_none() {
        return Ok(project_not_found());
    }
    let wrong: Vec<_> = memberships.iter().filter_map(validate_membership).collect();
    if !wrong.is_empty() {
        let error = CreateApiKeyError::new(CreateApiKeyErrorCode::InvalidMembership, "Invalid membership");
        return Ok(CreateApiKeyError { membership_validation: Some(wrong), ..error }.into());
    }
    let roles = if memberships.is_empty() { Vec::new() } else { vec![Role::Login] };
    create_key(context, NewKey { roles, ..new }, options).await
}

fn project_not_found() -> CreateApiKeyResponse {
    CreateApiKeyError::new(CreateApiKeyErrorCode::ProjectNotFound, "No application has this id").into()
}

fn validate_membership(membership: &MembershipInput) -> Option<MembershipValidationError> {
    let of = |code, variable| MembershipValidationError { code, role: membership.role.clone(), variable };
    if membership.role != Role::Login.name() {
        return Some(of(MembershipValidationErrorCode::RoleNotFound, None));
    }
    let variable = membership.variables.first().map(|variable| variable.name.clone());
    variable.map(|name| of(MembershipValidationErrorCode::VariableNotFound, Some(name)))
}

async fn create_key(
    context: &Context<'_>,
    new: NewKey,
    options: Option<CreateApiKeyOptions>,
) -> Result<CreateApiKeyResponse> {
    let request = graphql_request(context)?;
    let by = request.actor("create an API key")?;
    if options.is_some_and(|options| options.trust_forwarded_client_info == Some(true)) {
        return Err(invalid_input(
            "options.trustForwardedClientInfo: proxies are named in the configuration",
        ));
    }
    match api_keys::create(request.core(), by, new).await {
        Ok((key, token)) => {
            Ok(CreateApiKeyResponse { result: Some(to_result(key, token)), ..CreateApiKeyResponse::done() })
        }
        Err(Error::Refused(Refusal::SettingsInvalid(problems))) => Err(invalid_input(&problems.join("\n"))),
        Err(Error::Refused(Refusal::Duplicate)) => {
            Err(invalid_input("tokenHash: another key has this token"))
        }
        Err(Error::Refused(Refusal::NotFound)) => Ok(project_not_found()),
        Err(error) => Err(to_graphql_error(&error)),
    }
}

fn to_result(key: ApiKey, token: Option<Secret>) -> CreateApiKeyResult {
    let token = token.map(|token| token.expose().to_owned());
    CreateApiKeyResult {
        api_key: ApiKeyWithToken { id: key.id.clone(), token, identity: Identity::from_key(key) },
    }
}

async fn try_disable(context: &Context<'_>, id: &str) -> Result<DisableApiKeyResponse> {
    let request = graphql_request(context)?;
    let by = request.actor("disable an API key")?;
    match api_keys::disable(request.core(), by, id).await {
        Ok(()) => Ok(DisableApiKeyResponse::done()),
        Err(Error::Refused(Refusal::NotFound)) => {
            Ok(DisableApiKeyError::new(DisableApiKeyErrorCode::KeyNotFound, "There is no such key").into())
        }
        Err(error) => Err(to_graphql_error(&error)),
    }
}
