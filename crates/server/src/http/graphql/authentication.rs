//! Authentication of GraphQL calls: by an API key of the role `login`, which may sign users in and reset
//! passwords, by one of the role `root`, which may do everything, or by the user token from `signIn`, for the
//! user's own data. A user may not reset a password, because a signed-in user changes it with the current
//! one.

use actix_web::HttpRequest;
use async_graphql::{Context, Error, Result};

use crate::http::api::ApiRequest;
use crate::http::api::api_request::bearer_token;
use crate::http::graphql::payload::forbidden;
use crate::http::middleware::request_log::{record_app, record_user};
use rekey_core::api_keys::api_key::{ApiKey, Role, is_token};
use rekey_core::audit::actor::Actor;
use rekey_core::sessions::{self, AuthenticatedUser};
use rekey_core::types::caller::Caller;
use rekey_core::types::error;
use rekey_core::types::secret::Secret;
use rekey_core::{Core, api_keys};

/// The caller.
pub(super) enum Principal {
    /// An API key.
    Key(ApiKey),
    /// A signed-in user.
    User(Box<AuthenticatedUser>),
}

/// What a key must be allowed to do.
#[derive(Clone, Copy)]
pub(super) enum Permission {
    /// Sign users in, or reset passwords.
    SignIn,
    /// Anything else.
    Manage,
}

/// An authenticated call.
pub(super) struct GraphqlRequest {
    /// The call.
    pub call: ApiRequest,
    /// The caller.
    pub principal: Principal,
}

/// Why authentication failed.
pub(super) enum AuthError {
    /// There is no header.
    Missing,
    /// It is not `Bearer` and a token.
    Malformed,
    /// The token is unknown.
    Unknown,
    /// The lookup failed.
    Failed(error::Error),
}

impl GraphqlRequest {
    /// Reads the header and looks up the token.
    pub(super) async fn authenticate(
        request: &HttpRequest,
        call: ApiRequest,
    ) -> std::result::Result<Self, AuthError> {
        let token = match bearer_token(request) {
            Ok(token) if is_token(token) => Secret::from(token),
            _ if request.headers().contains_key("authorization") => return Err(AuthError::Malformed),
            _ => return Err(AuthError::Missing),
        };
        match find_principal(&call, &token).await {
            Ok(Some(principal)) => Ok(Self { call: with_key_identity(call, &principal), principal }),
            Ok(None) => Err(AuthError::Unknown),
            Err(error) => Err(AuthError::Failed(error)),
        }
    }

    /// The context that the rules are called with; the other `Context` is of the GraphQL operation.
    pub(super) fn context(&self) -> rekey_core::Context<'_> {
        self.call.context()
    }

    /// The core.
    pub(super) fn core(&self) -> &Core {
        &self.call.app.core
    }

    /// The client that the request came from.
    pub(super) const fn caller(&self) -> &Caller {
        &self.call.caller
    }

    /// Whether it is a key of the role `root`.
    pub(super) fn is_root(&self) -> bool {
        matches!(&self.principal, Principal::Key(key) if key.roles.contains(&Role::Root))
    }

    /// Refuses unless the caller is a key with this permission; `what` ends the sentence.
    pub(super) fn authorize(&self, permission: Permission, what: &str) -> Result<()> {
        let lets_in = matches!(&self.principal, Principal::Key(key) if key.roles.contains(&Role::Login));
        let may = self.is_root() || lets_in && matches!(permission, Permission::SignIn);
        may.then_some(()).ok_or_else(|| forbidden(what))
    }

    /// The actor that a change is logged under.
    pub(super) fn actor(&self, what: &str) -> Result<Actor<'_>> {
        self.authorize(Permission::Manage, what)?;
        let Principal::Key(key) = &self.principal else { return Err(forbidden(what)) };
        Ok(Actor { caller: self.caller(), key: &key.id })
    }
}

/// Logs a key's calls under its own name, and the name of the application it may act for.
fn with_key_identity(mut call: ApiRequest, principal: &Principal) -> ApiRequest {
    match principal {
        Principal::Key(key) => {
            key.app_id.iter().for_each(|id| record_app(id));
            call.caller.app_id.clone_from(&key.app_id);
            call.caller.key = Some(key.id.clone());
        }
        Principal::User(present) => record_user(&present.user.id),
    }
    call
}

async fn find_principal(call: &ApiRequest, token: &Secret) -> error::Result<Option<Principal>> {
    let core = &call.app.core;
    if let Some(present) = sessions::by_token_including_restricted(core, token).await? {
        return Ok(Some(Principal::User(Box::new(present))));
    }
    Ok(api_keys::by_token(call.context(), token).await?.map(Principal::Key))
}

/// The authenticated call, inside an operation.
pub(super) fn graphql_request<'a>(context: &Context<'a>) -> Result<&'a GraphqlRequest, Error> {
    context.data::<GraphqlRequest>()
}
