//! Row ids as text newtypes, so that a session id cannot be passed as a user id. New ids start with the time,
//! so they sort by creation. An id is never a secret and never proves anything.

use serde::{Deserialize, Serialize};

use crate::types::secret::Rng;
use crate::types::time::Timestamp;

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Generates an id: eight characters of time, the rest random, lowercase alphanumeric.
pub fn generate(now: Timestamp, rng: &dyn Rng, length: usize) -> String {
    let mut id = Vec::with_capacity(length);
    let mut rest = now.0.unsigned_abs();
    for _ in 0..8 {
        id.push(base36_char(usize::try_from(rest % 36).unwrap_or(0)));
        rest /= 36;
    }
    id.reverse();
    // One draw suffices: 128 bits exceed what thirteen letters need by so much that the bias is negligible.
    let mut bytes = [0_u8; 16];
    rng.fill(&mut bytes);
    let mut drawn = u128::from_be_bytes(bytes);
    while id.len() < length {
        id.push(base36_char(usize::try_from(drawn % 36).unwrap_or(0)));
        drawn /= 36;
    }
    id.into_iter().collect()
}

/// Whether a text has the form of a user id: twelve lowercase letters and digits.
pub fn looks_like_user_id(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|byte| ALPHABET.contains(&byte))
}

fn base36_char(index: usize) -> char {
    ALPHABET.get(index).map_or('0', |byte| char::from(*byte))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Generates an id.
            pub fn generate(now: Timestamp, rng: &dyn Rng) -> Self {
                Self(generate(now, rng, $length))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A person.
    UserId,
    12
);
id!(
    /// A signed-in browser.
    SessionId,
    21
);
id!(
    /// A verification request.
    RequestId,
    21
);
id!(
    /// One message's code and link.
    CodeId,
    21
);
id!(
    /// A message in the outbox.
    OutboxId,
    21
);

#[cfg(test)]
mod tests {
    use super::{SessionId, UserId};
    use crate::types::secret::SeededRng;
    use crate::types::time::Timestamp;

    #[test]
    fn ids_sort_by_time() {
        let rng = SeededRng::new(1);
        let early = UserId::generate(Timestamp(1_700_000_000_000), &rng);
        let late = UserId::generate(Timestamp(1_700_000_000_001), &rng);
        assert!(early.0 < late.0);
        assert_eq!(early.0.len(), 12);
        assert_eq!(SessionId::generate(Timestamp(0), &rng).0.len(), 21);
    }
}
