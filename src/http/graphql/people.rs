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

/// A sign-in that has not ended.
#[derive(SimpleObject)]
pub struct Session {
    /// Its id.
    id: String,
    /// When it began.
    created_at: DateTime,
    /// When it ends.
    expires_at: DateTime,
    /// When it was last used, to the hour.
    last_used_at: DateTime,
    /// From where it began.
    last_ip: Option<String>,
    /// With what it began.
    last_user_agent: Option<String>,
    /// Whether this call was made with it.
    is_current: bool,
}

/// What an identity may do beyond its projects.
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
    /// Its name in addresses.
    slug: String,
    /// What it is called.
    name: String,
}

/// Belonging to a project; nobody does.
#[derive(SimpleObject)]
pub struct IdentityProjectRelation {
    /// The project.
    project: Project,
}

/// An account elsewhere; nobody has one.
#[derive(SimpleObject)]
pub struct PersonIdentityProvider {
    /// Its id.
    id: String,
}

/// A person or a key.
#[Object]
impl Identity {
    /// The person's or the key's.
    async fn id(&self) -> &str {
        match &self.0 {
            IdentityKind::Person(user) => user.id.as_str(),
            IdentityKind::Key(key) => &key.id,
        }
    }

    /// What the key is for; none for a person.
    async fn description(&self) -> Option<&str> {
        match &self.0 {
            IdentityKind::Person(_) => None,
            IdentityKind::Key(key) => Some(key.description.as_str()).filter(|text| !text.is_empty()),
        }
    }

    /// The person; none for a key.
    async fn person(&self) -> Option<Person> {
        match &self.0 {
            IdentityKind::Person(user) => Some(Person(user.clone())),
            IdentityKind::Key(_) => None,
        }
    }

    /// The key; none for a person.
    async fn api_key(&self) -> Option<ApiKey> {
        match &self.0 {
            IdentityKind::Person(_) => None,
            IdentityKind::Key(key) => Some(ApiKey(key.clone())),
        }
    }

    /// None.
    async fn projects(&self) -> Vec<IdentityProjectRelation> {
        Vec::new()
    }

    /// What it may do.
    async fn permissions(&self) -> Option<IdentityGlobalPermissions> {
        Some(IdentityGlobalPermissions { can_create_project: false })
    }

    /// `person`, or what the key is good for.
    async fn roles(&self) -> Option<Vec<String>> {
        Some(match &self.0 {
            IdentityKind::Person(_) => vec!["person".to_owned()],
            IdentityKind::Key(key) => key.roles.iter().map(|role| role.name().to_owned()).collect(),
        })
    }

    /// Where the person is signed in, last seen first.
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

/// Somebody with an account.
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

    /// What the person is called.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// Never: there are no second factors.
    async fn otp_enabled(&self) -> bool {
        false
    }

    /// Not kept for each person: the settings say it for all.
    async fn passwordless_enabled(&self) -> Option<bool> {
        None
    }

    /// Never: there are no second factors.
    async fn email_otp_enabled(&self) -> bool {
        false
    }

    /// Whether there is an address: every one that is kept is verified.
    async fn email_verified(&self) -> bool {
        self.0.email.is_some()
    }

    /// The same person as an identity.
    async fn identity(&self) -> Identity {
        Identity(IdentityKind::Person(self.0.clone()))
    }

    /// None.
    async fn identity_providers(&self) -> Vec<PersonIdentityProvider> {
        Vec::new()
    }
}

/// A key with which a machine asks.
#[Object]
impl ApiKey {
    /// Its id.
    async fn id(&self) -> &str {
        &self.0.id
    }

    /// The same key as an identity.
    async fn identity(&self) -> Identity {
        Identity(IdentityKind::Key(self.0.clone()))
    }
}

/// Queries of users and identities.
#[derive(Default)]
pub struct PeopleQuery;

/// Who asks.
#[Object]
impl PeopleQuery {
    /// The person whose token this call has.
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
