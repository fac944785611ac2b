//! What is still sealed under an older secret key.

use crate::Core;
use crate::apps::{self, AppSecret};
use crate::captcha::CAPTCHA_CONTEXT;
use crate::maintenance::sealed_store::{self, SealedTable};
use crate::maintenance::secret_key_rotation::ROWS_PER_SLICE;
use crate::settings::load_stored;
use crate::types::error::Result;
use crate::types::secret::keys::Keys;

/// What depends on a key that is not the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyDependencies {
    /// What no key can decrypt and therefore does not work, as `connectors[id]`.
    pub lost: Vec<String>,
    /// What no key can decrypt but is replaced or expires by itself.
    pub ended: Vec<String>,
    /// What an older key can decrypt: that key must stay in the list.
    pub older: Vec<String>,
}

impl KeyDependencies {
    /// Records what an older key can decrypt; returns whether any can.
    fn note_older(&mut self, keys: &Keys, name: &str, sealed: &str, context: &str) -> bool {
        let Ok(opened) = keys.decrypt_with_age(sealed, context) else { return false };
        self.older.extend(opened.used_older_key.then(|| name.to_owned()));
        true
    }
}

/// Checks everything that is sealed, and the digests of client secrets, without changing anything.
pub async fn key_dependencies(core: &Core) -> Result<KeyDependencies> {
    let keys = core.keys.as_ref();
    let mut tx = core.store.read().await?;
    let mut found = KeyDependencies::default();
    for place in SealedTable::ALL {
        let mut after = String::new();
        loop {
            let rows = sealed_store::list_sealed(&mut tx, place, &after, ROWS_PER_SLICE).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            for row in &rows {
                let name = row_name(place, &row.id);
                if found.note_older(keys, &name, &row.sealed, &place.sealing_context(&row.id)) {
                    continue;
                }
                let unreadable = if place.is_set_by_operators() { &mut found.lost } else { &mut found.ended };
                unreadable.push(name);
            }
        }
    }
    if let Some(kept) = load_stored(&mut tx).await?.0.captcha.secret {
        let name = "settings.captcha.secret";
        if !found.note_older(keys, name, &kept.0, CAPTCHA_CONTEXT) {
            found.lost.push(name.to_owned());
        }
    }
    let secrets = apps::store::list_secrets(&mut tx).await?;
    let depends = |secret: &&AppSecret| keys.has_older() && secret.key_id.as_deref() != Some(keys.id());
    let named = |secret: &AppSecret| format!("applications[{}].secret \"{}\"", secret.app_id, secret.name);
    found.older.extend(secrets.iter().filter(depends).map(named));
    Ok(found)
}

fn row_name(place: SealedTable, id: &str) -> String {
    let list = match place {
        SealedTable::Connectors => "connectors",
        SealedTable::Hooks => "hooks",
        SealedTable::SigningKeys => "signing keys",
        SealedTable::Outbox => "messages that wait",
        SealedTable::Replies => "answers of the SDK",
        SealedTable::KeyChecks => "key check",
    };
    format!("{list}[{id}]")
}
