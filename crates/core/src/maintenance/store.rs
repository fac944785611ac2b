//! Deletes expired rows, in slices of one table so that nothing is blocked for long. One list says which
//! tables are swept and how long their rows are kept; the caller decides how often a slice is deleted.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::time::Timestamp;

/// The most rows that one transaction deletes.
pub(super) const MAX_ROWS_PER_SLICE: u64 = 200;

/// When the rows of a table expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// At the time that they hold.
    UntilExpiry,
    /// A day later, because a returning user learns why they no longer work.
    OneDayLonger,
    /// After a week.
    OneWeek,
    /// After the configured retention of the audit log.
    AuditRetention,
}

/// A table that grows with use.
#[derive(Clone, Copy, Debug)]
pub struct SweptTable {
    /// Its name.
    pub table: &'static str,
    /// How long its rows are kept.
    pub retention: Retention,
    /// The statement that deletes a slice.
    pub sql: &'static str,
}

/// A table whose rows expire `$retention` after the moment in this column; the oldest are deleted first. The
/// outer condition checks a row again that was locked meanwhile and may have been renewed.
macro_rules! swept_table {
    ($table:literal, $key:literal, $retention:ident, $moment:literal) => {
        SweptTable {
            table: $table,
            retention: Retention::$retention,
            sql: concat!(
                "delete from ",
                $table,
                " where ",
                $moment,
                " < $1 and ",
                $key,
                " in (select ",
                $key,
                " from ",
                $table,
                " where ",
                $moment,
                " < $1 order by ",
                $moment,
                " limit 200)"
            ),
        }
    };
}

/// Every table that is swept.
pub const SWEPT_TABLES: [SweptTable; 18] = [
    swept_table!("verification_requests", "id", OneDayLonger, "created_at"),
    swept_table!("outbox", "id", OneDayLonger, "done_at"),
    swept_table!("authorization_codes", "digest", OneDayLonger, "expires_at"),
    swept_table!("signing_keys", "id", OneDayLonger, "retires_at"),
    swept_table!("one_time_tokens", "id", OneDayLonger, "expires_at"),
    swept_table!("throttles", "id", OneDayLonger, "ends_at"),
    swept_table!("sessions", "id", UntilExpiry, "expires_at"),
    swept_table!("repudiations", "id", UntilExpiry, "expires_at"),
    swept_table!("authorization_requests", "id", UntilExpiry, "expires_at"),
    swept_table!("grants", "id", UntilExpiry, "expires_at"),
    swept_table!("access_tokens", "digest", UntilExpiry, "expires_at"),
    swept_table!("captcha_solutions", "digest", UntilExpiry, "expires_at"),
    swept_table!("replies", "id", UntilExpiry, "expires_at"),
    swept_table!("refresh_tokens", "digest", UntilExpiry, "expires_at"),
    swept_table!("logouts", "id", OneDayLonger, "expires_at"),
    // Webhook deliveries can be viewed and sent again for a week.
    swept_table!("hook_deliveries", "id", OneWeek, "created_at"),
    // A sequence number is at least its timestamp, so one that is assigned after the sweep is above all
    // earlier ones.
    swept_table!("hook_places", "user_id", OneWeek, "place"),
    swept_table!("audit_log", "id", AuditRetention, "created_at"),
];

/// Deletes the oldest rows of a table that expired before this moment, at most one slice, and returns how
/// many.
pub async fn remove_slice(tx: &mut Tx, swept: &SweptTable, before: Timestamp) -> Result<u64> {
    tx.run(swept.sql, args![before]).await
}

/// The sealed text that proves the secret key, if there is one yet.
pub async fn key_check(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = tx.maybe("select sealed from key_checks where id = $1", args![id]).await?;
    Ok(found.map(|(sealed,)| sealed))
}

/// Inserts it, unless there is one.
pub async fn insert_key_check(tx: &mut Tx, id: &str, sealed: &str, now: Timestamp) -> Result<()> {
    let sql =
        "insert into key_checks (id, sealed, created_at) values ($1, $2, $3) on conflict (id) do nothing";
    tx.run(sql, args![id, sealed, now]).await?;
    Ok(())
}

/// Deletes it.
pub async fn delete_key_check(tx: &mut Tx, id: &str) -> Result<()> {
    tx.run("delete from key_checks where id = $1", args![id]).await?;
    Ok(())
}
