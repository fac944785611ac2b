//! What a person granted an app, and the tokens that came of it. A grant is one sign-in of one person into
//! one app; ending it ends every token at once. Codes and tokens are kept as digests: they are 256 random
//! bits and known to their holder alone.

use serde::Serialize;

use super::scope::Scope;
use crate::model::ids::{SessionId, UserId};
use crate::model::time::Timestamp;

/// How a person signed in to an app of the SDK (RFC 8176 calls it `amr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Amr {
    /// Not an app of the SDK: it holds what OpenID Connect gives.
    #[sqlx(rename = "")]
    #[serde(rename = "")]
    Protocol,
    /// By the password.
    Password,
    /// By a code.
    Otp,
    /// By a code for a forgotten password. Good for an hour and for the next password.
    Recovery,
}

impl Amr {
    /// As the store and apps write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Protocol => "",
            Self::Password => "password",
            Self::Otp => "otp",
            Self::Recovery => "recovery",
        }
    }
}

/// One sign-in into one app.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Grant {
    /// Its id; part of every token's name, never a secret.
    pub id: String,
    /// Who.
    pub user_id: UserId,
    /// Into what.
    pub app_id: String,
    /// In which session it began.
    pub session_id: SessionId,
    /// What was granted.
    #[sqlx(try_from = "String")]
    pub scope: Scope,
    /// For which resources, separated by spaces.
    pub resources: String,
    /// When the person signed in.
    pub auth_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// How the person signed in, where the app is one of the SDK.
    pub amr: Amr,
}

impl Grant {
    /// Whether access tokens for this resource may come of it.
    pub fn allows_resource(&self, resource: &str) -> bool {
        self.resources.split(' ').any(|known| known == resource)
    }
}

/// A code on its way through the browser.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuthorizationCode {
    /// What it will become.
    pub grant_id: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// SHA-256 of the secret that its bearer must know.
    pub code_challenge: Option<String>,
    /// What the ID token repeats.
    pub nonce: Option<String>,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// An access token that is looked up here, because it says nothing by itself.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccessToken {
    /// The grant it came of; none for a machine's own.
    pub grant_id: Option<String>,
    /// The app that holds it.
    pub app_id: String,
    /// What it is good for.
    #[sqlx(try_from = "String")]
    pub scope: Scope,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A refresh token.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RefreshToken {
    /// The grant, which is also its family: reuse ends all of it.
    pub grant_id: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when; a rotated one keeps the end of its first.
    pub expires_at: Timestamp,
    /// When it was exchanged for another.
    pub used_at: Option<Timestamp>,
    /// The digest of the one that it was given for; empty for the first of a grant, and for one whose answer
    /// got lost.
    pub parent: String,
    /// The one that was given for it, sealed; none once that was used.
    pub successor: Option<String>,
}
