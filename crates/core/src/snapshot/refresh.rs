//! Reads what another instance changed at the moment when it decides. Between two polls of the settings an
//! instance would otherwise let a deleted client secret in, and refuse a new one.

use std::sync::{Arc, PoisonError};

use crate::snapshot::{Snapshot, compile_rules, load};
use crate::types::error::Result;
use crate::{Core, settings};

/// Brings everything but the connectors to the state of the database; one small query if nothing changed.
/// Connectors are built by the caller of `apply_snapshot`, which decide nothing.
pub(crate) async fn refresh(core: &Core) -> Result<()> {
    let revision = settings::store::revision(&mut core.store.read().await?).await?;
    if core.snapshot().has_rules_of(revision) {
        return Ok(());
    }
    // Of requests that notice it together, one reads.
    let _turn = core.refresh_turn.lock().await;
    if core.snapshot().rules_revision < revision {
        let mut loaded = load(core).await?;
        compile_rules(&mut loaded);
        apply_rules(core, loaded);
    }
    Ok(())
}

fn apply_rules(core: &Core, loaded: Snapshot) {
    let mut current = core.snapshot.write().unwrap_or_else(PoisonError::into_inner);
    if loaded.rules_revision > current.rules_revision {
        *current = Arc::new(Snapshot::combine(Snapshot::clone(&current), loaded));
    }
    drop(current);
    core.snapshot_notify.notify_waiters();
}
