//! Grants, codes and tokens. A grant is one sign-in of one user to one app; ending it ends every token at
//! once. Codes and tokens are stored as digests: they are 256 random bits known only to their holder.

use crate::types::amr::Amr;
use crate::types::ids::{SessionId, UserId};
use crate::types::scope::Scope;
use crate::types::time::Timestamp;

/// One sign-in to one app.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Grant {
    /// Its id, which is part of token names and not secret.
    pub id: String,
    /// The user.
    pub user_id: UserId,
    /// The app.
    pub app_id: String,
    /// The session in which it began.
    pub session_id: SessionId,
    /// The granted scopes.
    #[sqlx(try_from = "String")]
    pub scope: Scope,
    /// The resources, separated by spaces.
    pub resources: String,
    /// When the user signed in.
    pub auth_at: Timestamp,
    /// Its absolute expiry.
    pub expires_at: Timestamp,
    /// How the user signed in, for an SDK app.
    pub amr: Amr,
}

impl Grant {
    /// Whether access tokens for this resource may be issued from it.
    pub fn allows_resource(&self, resource: &str) -> bool {
        self.resources.split(' ').any(|known| known == resource)
    }
}

/// An authorization code.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuthorizationCode {
    /// The grant it belongs to.
    pub grant_id: String,
    /// The redirect URI it was sent to.
    pub redirect_uri: String,
    /// The S256 challenge of its code verifier.
    pub code_challenge: Option<String>,
    /// The nonce for the ID token.
    pub nonce: Option<String>,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// An opaque access token, which is looked up here.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccessToken {
    /// Its grant; none for a machine's own.
    pub grant_id: Option<String>,
    /// The app that holds it.
    pub app_id: String,
    /// Its scope.
    #[sqlx(try_from = "String")]
    pub scope: Scope,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// A refresh token.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RefreshToken {
    /// Its grant, which is also the token family: reuse ends all of it.
    pub grant_id: String,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it expires; a rotated token keeps the expiry of the first.
    pub expires_at: Timestamp,
    /// When it was exchanged.
    pub used_at: Option<Timestamp>,
    /// The digest of its predecessor; empty for the first of a grant, and for one whose response got lost.
    pub parent: String,
    /// Its successor, sealed; none once that was used.
    pub successor: Option<String>,
}
