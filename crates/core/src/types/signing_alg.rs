//! The signature algorithms: two curves, and no other that an app could negotiate. The keys
//! are managed in `oidc::signing_keys`.

use serde::{Deserialize, Serialize};

/// A signature algorithm of RFC 7518.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub enum SigningAlg {
    /// ECDSA on P-384 with SHA-384.
    #[default]
    ES384,
    /// ECDSA on P-256 with SHA-256.
    ES256,
}

impl SigningAlg {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::ES384, Self::ES256];

    /// The name in headers and in discovery.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ES384 => "ES384",
            Self::ES256 => "ES256",
        }
    }

    /// The algorithm of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.name() == name)
    }

    /// The curve's name in a JWK.
    pub const fn curve(self) -> &'static str {
        match self {
            Self::ES384 => "P-384",
            Self::ES256 => "P-256",
        }
    }
}
