//! What the schema says of people, sessions and projects.

use async_graphql::{Object, SimpleObject};

use crate::http::graphql::authentication::{GraphqlRequest, Principal};
use crate::http::graphql::payload::DateTime;
use crate::http::graphql::people::{Identity, IdentityKind};
use rekey_core::api_keys::api_key::ApiKey as Key;
use rekey_core::sessions::Session as UserSession;
use rekey_core::users::user::User;

/// An active session.
#[derive(SimpleObject)]
pub struct Session {
    /// Its id.
    pub(super) id: String,
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
    pub(super) can_create_project: bool,
}

/// A project; there are none.
#[derive(SimpleObject)]
pub struct Project {
    /// Its id.
    pub(super) id: String,
    /// Its slug.
    slug: String,
    /// Its name.
    pub(super) name: String,
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
    pub(super) id: String,
}

/// A user.
pub struct Person(pub(in crate::http::graphql) Box<User>);

/// A user.
#[Object]
impl Person {
    /// The account's id.
    pub(super) async fn id(&self) -> &str {
        self.0.id.as_str()
    }

    /// The verified address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// The name.
    pub(super) async fn name(&self) -> Option<&str> {
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
        Identity(IdentityKind::User(self.0.clone()))
    }

    /// Always empty.
    async fn identity_providers(&self) -> Vec<PersonIdentityProvider> {
        Vec::new()
    }
}

/// An API key.
pub struct ApiKey(pub(super) Key);

/// An API key.
#[Object]
impl ApiKey {
    /// Its id.
    pub(super) async fn id(&self) -> &str {
        &self.0.id
    }

    /// The key as an identity.
    async fn identity(&self) -> Identity {
        Identity(IdentityKind::Key(self.0.clone()))
    }
}

pub(super) fn to_session(request: &GraphqlRequest, session: UserSession) -> Session {
    let is_current =
        matches!(&request.principal, Principal::User(current) if current.session.id == session.id);
    Session {
        id: session.id.0,
        created_at: DateTime(session.created_at),
        expires_at: DateTime(session.expires_at),
        last_used_at: DateTime(session.last_seen_at),
        last_ip: Some(session.ip).filter(|ip| !ip.is_empty()),
        last_user_agent: Some(session.user_agent).filter(|text| !text.is_empty()),
        is_current,
    }
}
