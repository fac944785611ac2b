//! What operators set for apps: their own APIs, for which access tokens are signed, and how often the keys
//! that sign them change.

use serde::{Deserialize, Serialize};

/// An API of the operator's (a resource of RFC 8707).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ApiResource {
    /// Its name, an absolute URI; the audience of its tokens.
    pub indicator: String,
    /// What may be asked of it.
    pub scopes: Vec<String>,
    /// The machine-to-machine apps that may have tokens for it on their own behalf.
    pub machines: Vec<String>,
}

impl ApiResource {
    /// Whether this may be asked of it.
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known == scope)
    }
}

/// How hooks are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct WebhookSettings {
    /// Whether a hook may be at a private address, of this machine or of its network, and over http. Whoever
    /// may make hooks can then have requests sent there.
    pub allow_private_addresses: bool,
}

/// Where this server may send requests on behalf of whoever set something up over an API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct OutboundSettings {
    /// Whether hooks, connectors, the captcha and back-channel logouts may be at private addresses, of this
    /// machine or of its network. What the bootstrap file itself names may be there anyway.
    pub allow_private_addresses: bool,
}

/// The keys that sign tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SigningKeys {
    /// How often they are replaced, in days; 0 for by command only.
    pub rotate_every_days: u32,
}

impl Default for SigningKeys {
    fn default() -> Self {
        Self { rotate_every_days: 90 }
    }
}
