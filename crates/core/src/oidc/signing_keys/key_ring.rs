//! The published keys, loaded together: which one signs, and the set that apps read.

use serde_json::{Value, json};

use crate::Core;
use crate::db::sql::Tx;
use crate::oidc::signing_keys::jws::{self, ClaimSet, Signer};
use crate::oidc::signing_keys::sealing_context;
use crate::oidc::signing_keys::store::{self, SigningKeyRow};
use crate::types::error::Result;
use crate::types::signing_alg::SigningAlg;
use crate::types::time::Timestamp;

/// The published keys, as read from the store.
#[derive(Debug, Default)]
pub struct KeyRing {
    keys: Vec<(Timestamp, Signer)>,
    jwks: String,
}

impl KeyRing {
    /// The public parts as a JWK set.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// The newest key whose time has come; where the clock of the instance that made the first key is ahead,
    /// the earliest to come.
    pub(super) fn signing_key(&self, alg: SigningAlg, now: Timestamp) -> Option<&Signer> {
        let keys = || self.keys.iter().filter(move |(_, key)| key.alg == alg);
        let due = keys().filter(|(from, _)| *from <= now).max_by_key(|(from, _)| *from);
        due.or_else(|| keys().min_by_key(|(from, _)| *from)).map(|(_, key)| key)
    }

    /// Signs a token.
    pub(in crate::oidc) fn sign(
        &self,
        alg: SigningAlg,
        typ: &str,
        claims: &ClaimSet,
        now: Timestamp,
    ) -> Result<String> {
        let key = self.signing_key(alg, now).ok_or_else(|| anyhow::anyhow!("no key signs {}", alg.name()))?;
        Ok(key.sign(typ, claims)?)
    }

    /// The claims of a token of ours of this type; its times are not checked.
    pub(in crate::oidc) fn verify(&self, token: &str, typ: &str, issuer: &str) -> Option<ClaimSet> {
        let (kid, kind) = jws::read_header(token)?;
        let (_, key) = self.keys.iter().find(|(_, key)| key.id == kid)?;
        key.verify(token, issuer).filter(|_| kind == typ)
    }
}

/// Loads the published keys.
pub(crate) async fn load(tx: &mut Tx, core: &Core) -> Result<KeyRing> {
    jws::install_crypto_provider();
    let mut ring = KeyRing::default();
    let mut public: Vec<Value> = Vec::new();
    for row in store::list(tx, core.now()).await? {
        public.extend(serde_json::from_str::<Value>(&row.public_key).ok());
        match decrypt_signer(core, &row) {
            Ok(key) => ring.keys.push((row.signs_from, key)),
            // It was sealed under a secret key that is lost, or that this instance does not have yet. What it
            // signed is still valid for apps, which read its public part.
            Err(error) => tracing::error!(key.id = row.id, %error, "a signing key can't be used"),
        }
    }
    public.reverse();
    ring.jwks = json!({ "keys": public }).to_string();
    Ok(ring)
}

fn decrypt_signer(core: &Core, row: &SigningKeyRow) -> anyhow::Result<Signer> {
    let plain = core.keys.decrypt(&row.sealed, &sealing_context(&row.id))?;
    let alg = SigningAlg::from_name(&row.alg);
    Signer::from_pkcs8(alg.ok_or_else(|| anyhow::anyhow!("its kind is unknown: {}", row.alg))?, &plain)
}
