//! Users and API keys, both as identities, read-only. Fields for what Rekey does not have, such as second
//! factors and projects, are present with their fixed values.

mod types;

use async_graphql::{Context, Object, Result};

use crate::http::graphql::authentication::{Principal, graphql_request};
use crate::http::graphql::payload::{forbidden, to_graphql_error};
pub use crate::http::graphql::people::types::Person;
use crate::http::graphql::people::types::{
    ApiKey, IdentityGlobalPermissions, IdentityProjectRelation, Session, to_session,
};
use rekey_core::api_keys::api_key::ApiKey as Key;
use rekey_core::sessions;
use rekey_core::users::user::User;

/// A user or an API key.
pub struct Identity(IdentityKind);

impl Identity {
    /// The identity of a key.
    pub(super) const fn from_key(key: Key) -> Self {
        Self(IdentityKind::Key(key))
    }
}

enum IdentityKind {
    User(Box<User>),
    Key(Key),
}

/// A user or an API key.
#[Object]
impl Identity {
    /// The id of the user or the key.
    async fn id(&self) -> &str {
        match &self.0 {
            IdentityKind::User(user) => user.id.as_str(),
            IdentityKind::Key(key) => &key.id,
        }
    }

    /// The description of the key; null for a user.
    async fn description(&self) -> Option<&str> {
        match &self.0 {
            IdentityKind::User(_) => None,
            IdentityKind::Key(key) => Some(key.description.as_str()).filter(|text| !text.is_empty()),
        }
    }

    /// The user; null for a key.
    async fn person(&self) -> Option<Person> {
        match &self.0 {
            IdentityKind::User(user) => Some(Person(user.clone())),
            IdentityKind::Key(_) => None,
        }
    }

    /// The key; null for a user.
    async fn api_key(&self) -> Option<ApiKey> {
        match &self.0 {
            IdentityKind::User(_) => None,
            IdentityKind::Key(key) => Some(ApiKey(key.clone())),
        }
    }

    /// Always empty.
    async fn projects(&self) -> Vec<IdentityProjectRelation> {
        Vec::new()
    }

    /// Its global permissions.
    async fn permissions(&self) -> Option<IdentityGlobalPermissions> {
        Some(IdentityGlobalPermissions { can_create_project: false })
    }

    /// `person`, or the roles of the key.
    async fn roles(&self) -> Option<Vec<String>> {
        Some(match &self.0 {
            IdentityKind::User(_) => vec!["person".to_owned()],
            IdentityKind::Key(key) => key.roles.iter().map(|role| role.name().to_owned()).collect(),
        })
    }

    /// The user's sessions, the last used first.
    async fn sessions(&self, context: &Context<'_>) -> Result<Vec<Session>> {
        let request = graphql_request(context)?;
        let IdentityKind::User(user) = &self.0 else { return Ok(Vec::new()) };
        let found = sessions::list(request.core(), &user.id).await;
        let found = found.map_err(|error| to_graphql_error(&error))?;
        Ok(found.into_iter().map(|session| to_session(request, session)).collect())
    }
}

/// Queries of users and identities.
#[derive(Default)]
pub struct PeopleQuery;

/// The caller.
#[Object]
impl PeopleQuery {
    /// The identity of the caller.
    async fn me(&self, context: &Context<'_>) -> Result<Identity> {
        match &graphql_request(context)?.principal {
            Principal::Key(key) => Ok(Identity(IdentityKind::Key(key.clone()))),
            // A restricted session can only change the password that it was started with.
            Principal::User(current) if current.session.must_change.is_some() => {
                Err(forbidden("do this before changing your password"))
            }
            Principal::User(current) => Ok(Identity(IdentityKind::User(Box::new(current.user.clone())))),
        }
    }
}
