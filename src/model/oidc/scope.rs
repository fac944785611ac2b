//! Scopes: what an app may learn or do, as words in a text. Words that mean nothing here are dropped and
//! never granted, so that an app written for another server works, and the answer says what was granted.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// A refresh token is wanted.
pub const OFFLINE_ACCESS: &str = "offline_access";
/// An ID token is wanted.
pub const OPENID: &str = "openid";
/// Where a person is signed in is wanted.
pub const SESSIONS: &str = "urn:logto:scope:sessions";
/// A new password may be set, and nothing else: the scope of an app of the SDK whose person must set one
/// first.
pub const PASSWORD_UPDATE: &str = "password:update";
/// What an app may learn about a person; discovery lists them.
pub const KNOWN: [&str; 9] =
    [OPENID, OFFLINE_ACCESS, "profile", "email", "phone", "custom_data", "address", "identities", SESSIONS];
/// The longest text that is looked at, in bytes.
const MAX_BYTES: usize = 2000;

/// Words in their order, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Scope(Vec<String>);

impl Scope {
    /// Every word of a text.
    pub fn parse(text: &str) -> Self {
        let (mut words, mut seen) = (Vec::new(), HashSet::new());
        for word in text.get(..text.len().min(MAX_BYTES)).unwrap_or_default().split_ascii_whitespace() {
            if seen.insert(word) {
                words.push(word.to_owned());
            }
        }
        Self(words)
    }

    /// Whether this word is in it.
    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    /// The words that `allowed` lets pass.
    pub fn only(&self, allowed: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|word| allowed(word)).cloned().collect())
    }

    /// Whether every word of the other is in this one.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|word| self.has(word))
    }

    /// Both together.
    pub fn with(&self, other: &Self) -> Self {
        Self::parse(&format!("{} {}", self.text(), other.text()))
    }

    /// Every word.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As it stands on the wire.
    pub fn text(&self) -> String {
        self.0.join(" ")
    }
}

impl From<String> for Scope {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.text()
    }
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, Scope};

    #[test]
    fn words_are_kept_once_and_unknown_ones_can_be_dropped() {
        let scope = Scope::parse("openid  email openid made_up");
        assert_eq!(scope.text(), "openid email made_up");
        let known = scope.only(|word| KNOWN.contains(&word));
        assert_eq!(known.text(), "openid email");
        assert!(scope.covers(&known) && !known.covers(&scope));
        assert_eq!(known.with(&Scope::parse("phone email")).text(), "openid email phone");
    }
}
