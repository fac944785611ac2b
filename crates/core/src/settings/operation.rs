//! Settings of the operation: the operator's APIs, signing keys, what may be requested from other servers,
//! what an SMS contains, and how long the audit log is kept.

use serde::{Deserialize, Serialize};

use crate::settings::validation::ValidationErrors;

/// An API of the operator's (a resource of RFC 8707).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ApiResource {
    /// Its name, an absolute URI; the audience of its tokens.
    pub indicator: String,
    /// The scopes it offers.
    pub scopes: Vec<String>,
    /// The machine-to-machine apps that may get their own tokens for it.
    pub machines: Vec<String>,
}

impl ApiResource {
    /// Whether it offers this scope.
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known == scope)
    }

    /// All problems, as `path: what was expected`.
    pub(super) fn validation_errors(&self) -> Vec<String> {
        let mut found = ValidationErrors::default();
        let is_uri = url::Url::parse(&self.indicator).is_ok_and(|url| url.fragment().is_none());
        let is_uri = is_uri && !self.indicator.contains([' ', ',']);
        found.add_unless(is_uri, "indicator", "an absolute URI without #");
        let is_word = |scope: &String| {
            !scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
        };
        if let Some(odd) = self.scopes.iter().position(|scope| !is_word(scope)) {
            found.add(&format!("scopes[{odd}]"), "a word of visible ASCII characters");
        }
        found.0
    }
}

/// How webhooks are delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct WebhookSettings {
    /// Whether a webhook may use a private address, of this machine or its network, and http. Whoever may
    /// create webhooks can then have requests sent there.
    pub allow_private_addresses: bool,
}

/// Which addresses this server may send requests to for callers of an API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct OutboundSettings {
    /// Whether webhooks, connectors, the captcha and back-channel logouts may use private addresses, of this
    /// machine or its network. Those that the bootstrap file names are allowed in any case.
    pub allow_private_addresses: bool,
}

/// The keys that sign tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SigningKeys {
    /// How often they rotate, in days; 0 for only by command.
    pub rotate_every_days: u32,
}

impl Default for SigningKeys {
    fn default() -> Self {
        Self { rotate_every_days: 90 }
    }
}

/// What SMS messages contain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmsSettings {
    /// Whether a recovery SMS contains the link as well. That makes it two segments instead of one, and some
    /// carriers hold messages with links back.
    pub links: bool,
}

/// The audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AuditSettings {
    /// For how many days entries are kept; 0 for ever. `rekey audit export` exports them beforehand.
    pub keep_days: u32,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self { keep_days: 400 }
    }
}
