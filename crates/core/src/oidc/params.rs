//! Request parameters, as pairs in their order. A duplicate parameter is an error when it is read, because
//! two layers may pick different values (RFC 6749 3.1); one without a value counts as missing, as the same
//! section says.

use serde::{Deserialize, Serialize};

use crate::types::error::oauth_error::ProtocolError;
use crate::types::text;

/// The most parameters of one request.
const MAX_PARAMS: usize = 60;
/// The longest value, in bytes. A state may be a whole token of the app.
const MAX_VALUE_BYTES: usize = 4096;

/// What is said of a text that is not UTF-8, or has U+0000.
pub const NOT_PLAIN: &str = "a parameter must be UTF-8 without U+0000";

/// Name and value pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Parses a query or form.
    pub fn parse(text: &[u8]) -> Result<Self, ProtocolError> {
        if !text::is_plain(text) {
            return Err(ProtocolError::invalid_request(NOT_PLAIN));
        }
        let pairs: Vec<_> = url::form_urlencoded::parse(text).into_owned().take(MAX_PARAMS + 1).collect();
        Self::new(pairs)
    }

    /// Takes parsed pairs.
    pub fn new(mut pairs: Vec<(String, String)>) -> Result<Self, ProtocolError> {
        if pairs.len() > MAX_PARAMS {
            return Err(ProtocolError::invalid_request("there are more than 60 parameters"));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        if pairs.iter().any(|(name, value)| value.len() > MAX_VALUE_BYTES || name.len() > 100) {
            Err(ProtocolError::invalid_request("a parameter is longer than 4096 bytes"))
        } else {
            Ok(Self(pairs))
        }
    }

    /// The only value of this name, or none; an error when there are several.
    pub fn one(&self, name: &'static str) -> Result<Option<&str>, ProtocolError> {
        let mut found = self.all(name);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(ProtocolError::invalid_request("a parameter is repeated")),
            (first, None) => Ok(first),
        }
    }

    /// The only value of this name; an error with this description when there is none.
    pub fn required(&self, name: &'static str, missing: &'static str) -> Result<&str, ProtocolError> {
        self.one(name)?.ok_or(ProtocolError::invalid_request(missing))
    }

    /// Every value of this name.
    pub fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All but these.
    pub fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    /// Only these.
    pub fn only(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect())
    }

    /// Whether any parameter is duplicated; `resource` may be (RFC 8707).
    pub fn has_duplicates(&self) -> bool {
        let repeated = |at: usize, name: &str| self.0.iter().take(at).any(|(known, _)| known == name);
        self.0.iter().enumerate().any(|(at, (name, _))| name != "resource" && repeated(at, name))
    }

    /// The values of `resource`, which may be repeated or separated by commas.
    pub fn resources(&self) -> Vec<String> {
        let split = self.all("resource").flat_map(|value| value.split(',')).map(str::trim);
        let mut found: Vec<String> = split.filter(|value| !value.is_empty()).map(str::to_owned).collect();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn what_comes_twice_is_an_error_and_what_is_empty_is_missing() {
        let params = Params::parse(b"a=1&b=2&b=3&c=&resource=x&resource=y,z").unwrap();
        assert_eq!(params.one("a"), Ok(Some("1")));
        assert!(params.one("b").is_err() && params.has_duplicates());
        assert_eq!(params.one("c"), Ok(None));
        assert_eq!(params.resources(), ["x", "y", "z"]);
        assert!(!Params::parse(b"resource=x&resource=y").unwrap().has_duplicates());
    }

    #[test]
    fn there_are_bounds() {
        assert!(Params::parse(b"a=%00").is_err() && Params::parse(b"a%ff=b").is_err());
        assert!(Params::parse(format!("a={}", "x".repeat(4097)).as_bytes()).is_err());
        assert!(Params::parse("a=1&".repeat(61).as_bytes()).is_err());
    }
}
