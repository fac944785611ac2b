//! Scopes of an app, as words in a text. Unknown words are dropped and never granted, so that apps written
//! for other servers work, and the response says what was granted.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// Requests a refresh token.
pub const OFFLINE_ACCESS: &str = "offline_access";
/// Requests an ID token.
pub const OPENID: &str = "openid";
/// Access to the user's sessions.
pub const SESSIONS: &str = "urn:logto:scope:sessions";
/// Allows setting a new password and nothing else: the scope of an SDK app whose user must set one first.
pub const PASSWORD_UPDATE: &str = "password:update";
/// The scopes for user data; listed in discovery.
pub const KNOWN: [&str; 8] =
    [OPENID, OFFLINE_ACCESS, "profile", "email", "phone", "custom_data", "address", SESSIONS];
/// The longest text that is parsed, in bytes.
const MAX_BYTES: usize = 2000;

/// Distinct words in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Scope(Vec<String>);

impl Scope {
    /// Parses a text into words.
    pub fn parse(text: &str) -> Self {
        let mut values = Vec::new();
        let mut seen = HashSet::new();
        for value in text.get(..text.len().min(MAX_BYTES)).unwrap_or_default().split_ascii_whitespace() {
            if seen.insert(value) {
                values.push(value.to_owned());
            }
        }
        Self(values)
    }

    /// Whether it contains this word.
    pub fn has(&self, value: &str) -> bool {
        self.0.iter().any(|known| known == value)
    }

    /// The words that `allowed` accepts.
    pub fn only(&self, allowed: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|value| allowed(value)).cloned().collect())
    }

    /// Whether it contains every word of the other.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|value| self.has(value))
    }

    /// The union.
    pub fn with(&self, other: &Self) -> Self {
        Self::parse(&format!("{} {}", self.text(), other.text()))
    }

    /// Every word.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text form.
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
    fn values_are_kept_once_and_unknown_ones_can_be_dropped() {
        let scope = Scope::parse("openid  email openid made_up");
        assert_eq!(scope.text(), "openid email made_up");
        let known = scope.only(|value| KNOWN.contains(&value));
        assert_eq!(known.text(), "openid email");
        assert!(scope.covers(&known) && !known.covers(&scope));
        assert_eq!(known.with(&Scope::parse("phone email")).text(), "openid email phone");
    }
}
