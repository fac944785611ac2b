//! RSA keys that were generated once: a test should not pay for one. No other program knows them.

use std::sync::atomic::{AtomicUsize, Ordering};

use rekey_core::oidc::signing_keys::rsa_keys::RsaKeySource;

macro_rules! keys {
    ($($number:literal)*) => {
        [$(include_bytes!(concat!("../../fixtures/rsa/", $number, ".pk8")).as_slice()),*]
    };
}

const KEYS: [&[u8]; 12] = keys!(1 2 3 4 5 6 7 8 9 10 11 12);
/// How many keys a program of a test makes at most.
const PER_PROGRAM: usize = 4;

/// A few of the keys, in turn; each program on one database has others.
#[derive(Debug)]
pub(super) struct RsaFixtures(AtomicUsize);

impl RsaFixtures {
    /// Those of a program on a database on which so many were started before.
    pub(super) fn after(programs: usize) -> Self {
        Self(AtomicUsize::new(programs * PER_PROGRAM))
    }
}

impl RsaKeySource for RsaFixtures {
    fn generate(&self) -> anyhow::Result<Vec<u8>> {
        let index = self.0.fetch_add(1, Ordering::Relaxed);
        Ok(KEYS[index % KEYS.len()].to_vec())
    }
}
