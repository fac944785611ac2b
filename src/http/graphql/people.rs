//! Users and API keys, both as identities, read-only. Fields for what Rekey does not have, such as second
//! factors and projects, are present with their fixed values.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::core::api_keys::api_key::ApiKey as Key;
use crate::core::sessions;
use crate::core::sessions::session::Session as Live;
use crate::core::users::user::User;
use crate::http::graphql::authentication::{GraphqlRequest, Principal, graphql_request};
use crate::http::graphql::payload::{DateTime, forbidden, to_graphql_error};

/// A user or an API key.
pub struct Identity(IdentityKind);

impl Identity {
    /// The identity of a key.
    pub(super) const fn from_key(key: Key) -> Self {
        Self(IdentityKind::Key(key))
    }
}

enum IdentityKind {
    Person(Box<User>),
    Key(Key),
}

/// A user.
pub struct Person(pub(super) Box<User>);

/// An API key.
pub struct ApiKey(Key);

/// An active session.
#[derive(SimpleObject)]
pub struct Session {
    /// Its id.
    id: String,
    /// When it started.
    created_at: DateTime,
    /// When it expires.
    expires_at: DateTime,
    /// When it was last used, to the hour.
    last_used_at: DateTime,
    /// The IP address from which it was started.
    last_ip: Option<String>,
    /// The user agent with which it was started.
    last_user_agent: Option<String>,
    /// Whether this call was made with it.
    is_current: bool,
}

/// Global permissions of an identity.
#[derive(SimpleObject)]
pub struct IdentityGlobalPermissions {
    /// There are no projects.
    can_create_project: bool,
}

/// A project; there are none.
#[derive(SimpleObject)]
pub struct Project {
    /// Its id.
    id: String,
    /// Its slug.
    slug: String,
    /// Its name.
    name: String,
}

/// A membership of a project; there are none.
#[derive(SimpleObject)]
pub struct IdentityProjectRelation {
    /// The project.
    project: Project,
}

/// An account at an identity provider; there are none.
#[derive(SimpleObject)]
pub struct PersonIdentityProvider {
    /// Its id.
    id: String,
}

/// A user or an API key.
#[Object]
impl Identity {
    /// The id of the user or the key.
    async fn id(&self) -> &str {
        match &self.0 {
            IdentityKind::Person(user) => user.id.as_str(),
            IdentityKind::Key(key) => &key.id,
        }
    }

    /// The description of the key; null for a user.
    async fn description(&self) -> Option<&str> {
        match &self.0 {
            IdentityKind::Person(_) => None,
            IdentityKind::Key(key) => Some(key.description.as_str()).filter(|text| !text.is_empty()),
        }
    }

    /// The user; null for a key.
    async fn person(&self) -> Option<Person> {
        match &self.0 {
            IdentityKind::Person(user) => Some(Person(user.clone())),
            IdentityKind::Key(_) => None,
        }
    }

    /// The key; null for a user.
    async fn api_key(&self) -> Option<ApiKey> {
        match &self.0 {
            IdentityKind::Person(_) => None,
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
            IdentityKind::Person(_) => vec!["person".to_owned()],
            IdentityKind::Key(key) => key.roles.iter().map(|role| role.name().to_owned()).collect(),
        })
    }

    /// The user's sessions, the last used first.
    async fn sessions(&self, context: &Context<'_>) -> Result<Vec<Session>> {
        let asker = graphql_request(context)?;
        let IdentityKind::Person(user) = &self.0 else { return Ok(Vec::new()) };
        let found = sessions::list(asker.core(), &user.id).await;
        let found = found.map_err(|error| to_graphql_error(&error))?;
        Ok(found.into_iter().map(|live| to_session(asker, live)).collect())
    }
}

fn to_session(asker: &GraphqlRequest, live: Live) -> Session {
    let is_current = matches!(&asker.principal, Principal::Person(here) if here.session.id == live.id);
    Session {
        id: live.id.0,
        created_at: DateTime(live.created_at),
        expires_at: DateTime(live.expires_at),
        last_used_at: DateTime(live.last_seen_at),
        last_ip: Some(live.ip).filter(|ip| !ip.is_empty()),
        last_user_agent: Some(live.user_agent).filter(|text| !text.is_empty()),
        is_current,
    }
}

/// A user.
#[Object]
impl Person {
    /// The account's id.
    async fn id(&self) -> &str {
        self.0.id.as_str()
    }

    /// The verified address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// The name.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// Always false: there are no second factors.
    async fn otp_enabled(&self) -> bool {
        false
    }

    /// Null: there is only a setting for all users.
    async fn passwordless_enabled(&self) -> Option<bool> {
        None
    }

    /// Always false: there are no second factors.
    async fn email_otp_enabled(&self) -> bool {
        false
    }

    /// Whether there is an address: every stored address is verified.
    async fn email_verified(&self) -> bool {
        self.0.email.is_some()
    }

    /// The user as an identity.
    async fn identity(&self) -> Identity {
        Identity(IdentityKind::Person(self.0.clone()))
    }

    /// Always empty.
    async fn identity_providers(&self) -> Vec<PersonIdentityProvider> {
        Vec::new()
    }
}

/// An API key.
#[Object]
impl ApiKey {
    /// Its id.
    async fn id(&self) -> &str {
        &self.0.id
    }

    /// The key as an identity.
    async fn identity(&self) -> Identity {
        Identity(IdentityKind::Key(self.0.clone()))
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
            Principal::Person(here) if here.session.must_change.is_some() => {
                Err(forbidden("do this before changing your password"))
            }
            Principal::Person(here) => Ok(Identity(IdentityKind::Person(Box::new(here.user.clone())))),
        }
    }
}
