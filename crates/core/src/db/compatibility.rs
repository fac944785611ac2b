//! Which binaries can work with a schema that is newer than theirs. A newer version first adds (expand), so that
//! instances of the version before go on; when it removes something (contract), it says which are too old.

use anyhow::bail;

use crate::args;
use crate::db::Store;

/// Refuses a newer schema that this binary, whose newest migration is `own`, can't work with any more.
pub(super) async fn ensure(store: &Store, found: i64, own: i64) -> anyhow::Result<()> {
    let sql = "select oldest from compatibility where id = 'schema'";
    let (oldest,): (i64,) = store.read().await?.one(sql, args![]).await?;
    if oldest > own {
        bail!(
            "the database has schema {found}, made by a newer rekey than this one (schema {own}), and works with schema {oldest} or newer: \
             use that version, or a backup from before"
        );
    }
    Ok(())
}
