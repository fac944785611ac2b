//! The lock of the start: one row, which lapses when its holder crashed.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;

/// Takes the lock until `until`, or renews it; false if another holder has it.
pub async fn take(tx: &mut Tx, holder: &str, until: Timestamp, now: Timestamp) -> Result<bool> {
    let sql = "insert into leases (id, holder, until) values ('start', $1, $2) on conflict (id) do update \
               set holder = excluded.holder, until = excluded.until \
               where leases.until <= $3 or leases.holder = excluded.holder";
    Ok(tx.run(sql, args![holder, until, now]).await? == 1)
}

/// Gives the lock back.
pub async fn release(tx: &mut Tx, holder: &str) -> Result<()> {
    tx.run("delete from leases where id = 'start' and holder = $1", args![holder]).await?;
    Ok(())
}
