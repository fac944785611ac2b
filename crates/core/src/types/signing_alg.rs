//! The signature algorithms: RSA, which every client can verify, and two curves; no other that an app could
//! negotiate. The keys are managed in `oidc::signing_keys`.

use serde::{Deserialize, Serialize};

/// A signature algorithm of RFC 7518.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub enum SigningAlg {
    /// RSASSA-PKCS1-v1_5 with SHA-256, the default of OpenID Connect.
    #[default]
    RS256,
    /// ECDSA on P-384 with SHA-384.
    ES384,
    /// ECDSA on P-256 with SHA-256.
    ES256,
}

impl SigningAlg {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::RS256, Self::ES384, Self::ES256];

    /// The name in headers and in discovery.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::ES384 => "ES384",
            Self::ES256 => "ES256",
        }
    }

    /// The algorithm of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.name() == name)
    }

    /// Whether a key takes so long to generate that nothing may wait for it at the start.
    pub const fn is_slow_to_generate(self) -> bool {
        matches!(self, Self::RS256)
    }
}
