//! Settings for apps: the operator's APIs, for which access tokens are signed, and how often signing keys
//! rotate.

use serde::{Deserialize, Serialize};

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
