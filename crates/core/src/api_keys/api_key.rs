//! An API key. Its token is stored as a digest only and is not part of it.

use serde::Deserialize;

use crate::types::time::Timestamp;

/// The shortest accepted token, in characters: shorter ones can be guessed.
pub const MIN_TOKEN_LEN: usize = 20;
/// The longest accepted token, in characters.
pub const MAX_TOKEN_LEN: usize = 256;

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The operations of a public sign-in page.
    Login,
    /// Everything.
    Root,
}

/// A registered key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiKey {
    /// Its name.
    pub id: String,
    /// Its roles.
    pub roles: Vec<Role>,
    /// The application that the key acts for; none if it may act for all.
    pub app_id: Option<String>,
    /// What it is for, in words for operators.
    pub description: String,
}

/// A key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The key.
    pub key: ApiKey,
    /// When it was created.
    pub created_at: Timestamp,
    /// Whether it works; once disabled, it stays so.
    pub is_enabled: bool,
}

impl Role {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Root => "root",
        }
    }

    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Login, Self::Root].into_iter().find(|role| role.name() == name)
    }
}

/// Whether a text can be a token: long enough to be unguessable, and valid in a header.
pub fn is_token(text: &str) -> bool {
    (MIN_TOKEN_LEN..=MAX_TOKEN_LEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
