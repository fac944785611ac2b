//! How tokens are signed. The keys themselves are in the store and rotate; this only names what an application may ask for. The
//! surprise: RSA is not on offer, because nothing that is signed here is read by a program that knows nothing else.

use serde::{Deserialize, Serialize};

/// A signature algorithm, as JOSE names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SigningAlg {
    /// ECDSA with P-384 and SHA-384.
    #[default]
    ES384,
    /// ECDSA with P-256 and SHA-256, for programs that know only that.
    ES256,
}

impl SigningAlg {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::ES384, Self::ES256];

    /// The name in a token's header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ES384 => "ES384",
            Self::ES256 => "ES256",
        }
    }
}
