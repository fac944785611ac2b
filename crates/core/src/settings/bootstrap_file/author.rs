//! The audit author for changes made by the bootstrap file. The very first start only sets up an empty
//! installation, which is not audited; after that every change by the file is an entry, and a start that
//! changes nothing leaves none.

use crate::Core;
use crate::audit::actor::Actor;
use crate::audit::{Change, record_change};
use crate::db::sql::Tx;
use crate::settings::store;
use crate::types::error::Result;

/// The bootstrap file as the author of changes at startup.
#[derive(Clone, Copy)]
pub struct FileAuthor<'a> {
    /// Its name in the audit log.
    pub by: Actor<'a>,
    /// Whether nothing was ever set up here before.
    pub is_first_start: bool,
}

impl FileAuthor<'_> {
    /// Audits what the file changed, unless it changed nothing.
    pub(crate) async fn record(self, tx: &mut Tx, core: &Core, change: Change<'_>) -> Result<()> {
        if self.is_first_start || change.is_none() {
            return Ok(());
        }
        record_change(tx, core, self.by, change).await
    }
}

/// Whether nothing was ever set up here: every change of settings, connectors, applications and signing keys
/// is counted.
pub async fn is_empty_installation(core: &Core) -> Result<bool> {
    Ok(store::revision(&mut core.store.read().await?).await? == 0)
}
