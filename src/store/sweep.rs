//! Forgetting: rows whose time has passed, a slice of one table at a time so that nobody waits for a sweep. Which tables there are and how long
//! each is kept stands in one list; how often a slice is taken is decided above.

use crate::args;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// The most rows that go in one transaction.
pub const MAX_ROWS_PER_SLICE: u64 = 200;

/// From when on rows of a kind are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Until the moment that they name themselves.
    UntilTheirEnd,
    /// For a day more, because somebody may come back with them and be told why they are over.
    ADayLonger,
    /// For a week.
    AWeek,
    /// As long as the operator says.
    AsAuditSays,
}

/// A table that grows by what others do.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name.
    pub table: &'static str,
    /// How long its rows are kept.
    pub kept: Kept,
    /// The statement that removes a slice of them.
    pub sql: &'static str,
}

/// The oldest rows of a table first. The outer condition looks again at a row that somebody else held meanwhile and may have renewed.
macro_rules! oldest {
    ($table:literal, $key:literal, $kept:ident, $moment:literal) => {
        Kind {
            table: $table,
            kept: Kept::$kept,
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
pub const KINDS: [Kind; 20] = [
    oldest!("recovery_requests", "id", ADayLonger, "created_at"),
    oldest!("outbox", "id", ADayLonger, "done_at"),
    oldest!("authorization_codes", "digest", ADayLonger, "expires_at"),
    oldest!("signing_keys", "id", ADayLonger, "retires_at"),
    oldest!("one_time_tokens", "id", ADayLonger, "expires_at"),
    oldest!("throttles", "id", ADayLonger, "ends_at"),
    oldest!("verification_codes", "id", UntilTheirEnd, "expires_at"),
    oldest!("sessions", "id", UntilTheirEnd, "expires_at"),
    oldest!("repudiations", "id", UntilTheirEnd, "expires_at"),
    oldest!("authorization_requests", "id", UntilTheirEnd, "expires_at"),
    oldest!("grants", "id", UntilTheirEnd, "expires_at"),
    oldest!("access_tokens", "digest", UntilTheirEnd, "expires_at"),
    oldest!("verification_records", "id", UntilTheirEnd, "expires_at"),
    oldest!("captcha_solutions", "digest", UntilTheirEnd, "expires_at"),
    oldest!("replies", "id", UntilTheirEnd, "expires_at"),
    oldest!("refresh_tokens", "digest", UntilTheirEnd, "expires_at"),
    oldest!("logouts", "id", ADayLonger, "expires_at"),
    // What hooks were told can be looked at and told again for a week.
    oldest!("hook_deliveries", "id", AWeek, "created_at"),
    // A place is at least its moment: one that is taken anew stands behind all that was told before.
    oldest!("hook_places", "user_id", AWeek, "place"),
    oldest!("audit_log", "id", AsAuditSays, "created_at"),
];

/// Removes the oldest rows of a kind that were over before this moment, at most a slice; tells how many.
pub async fn remove_slice(tx: &mut Tx, kind: &Kind, before: Timestamp) -> Result<u64> {
    tx.run(kind.sql, args![before]).await
}
