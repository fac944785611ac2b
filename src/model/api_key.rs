//! A key with which a machine asks. Its token is kept as a digest only and has no place here.

use serde::Deserialize;

/// The shortest token that is taken, in characters: shorter ones can be guessed.
pub const MIN_TOKEN_LEN: usize = 20;
/// The longest.
pub const MAX_TOKEN_LEN: usize = 256;

/// What a key is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The operations of a public sign-in page.
    Login,
    /// Everything.
    Root,
}

/// A key that is known here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiKey {
    /// Its name.
    pub id: String,
    /// What it is good for.
    pub roles: Vec<Role>,
    /// The application on whose behalf it asks; none where it may for all.
    pub app_id: Option<String>,
    /// What it is for, for people.
    pub description: String,
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

/// Whether a text can be a token: long enough to be unguessable, and nothing that a header could not carry.
pub fn is_token(text: &str) -> bool {
    (MIN_TOKEN_LEN..=MAX_TOKEN_LEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
