//! Deletes expired rows, in slices of one table so that nothing is blocked for long. One list says which
//! tables are swept and how long their rows are kept; the caller decides how often a slice is deleted.

use crate::args;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// The most rows that one transaction deletes.
pub const MAX_ROWS_PER_SLICE: u64 = 200;

/// When rows of a kind expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// At the time that they hold.
    UntilTheirEnd,
    /// A day later, because a returning user is told why they no longer work.
    ADayLonger,
    /// After a week.
    AWeek,
    /// After the configured retention of the audit log.
    AsAuditSays,
}

/// A table that grows with use.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name.
    pub table: &'static str,
    /// How long its rows are kept.
    pub kept: Kept,
    /// The statement that deletes a slice.
    pub sql: &'static str,
}

/// Deletes the oldest rows of a table first. The outer condition checks a row again that was locked meanwhile
/// and may have been renewed.
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
pub const KINDS: [Kind; 18] = [
    oldest!("verification_requests", "id", ADayLonger, "created_at"),
    oldest!("outbox", "id", ADayLonger, "done_at"),
    oldest!("authorization_codes", "digest", ADayLonger, "expires_at"),
    oldest!("signing_keys", "id", ADayLonger, "retires_at"),
    oldest!("one_time_tokens", "id", ADayLonger, "expires_at"),
    oldest!("throttles", "id", ADayLonger, "ends_at"),
    oldest!("sessions", "id", UntilTheirEnd, "expires_at"),
    oldest!("repudiations", "id", UntilTheirEnd, "expires_at"),
    oldest!("authorization_requests", "id", UntilTheirEnd, "expires_at"),
    oldest!("grants", "id", UntilTheirEnd, "expires_at"),
    oldest!("access_tokens", "digest", UntilTheirEnd, "expires_at"),
    oldest!("captcha_solutions", "digest", UntilTheirEnd, "expires_at"),
    oldest!("replies", "id", UntilTheirEnd, "expires_at"),
    oldest!("refresh_tokens", "digest", UntilTheirEnd, "expires_at"),
    oldest!("logouts", "id", ADayLonger, "expires_at"),
    // Webhook deliveries can be viewed and sent again for a week.
    oldest!("hook_deliveries", "id", AWeek, "created_at"),
    // A sequence number is at least its timestamp, so one that is assigned after the sweep is above all
    // earlier ones.
    oldest!("hook_places", "user_id", AWeek, "place"),
    oldest!("audit_log", "id", AsAuditSays, "created_at"),
];

/// Deletes the oldest rows of a kind that expired before this moment, at most one slice, and returns how
/// many.
pub async fn remove_slice(tx: &mut Tx, kind: &Kind, before: Timestamp) -> Result<u64> {
    tx.run(kind.sql, args![before]).await
}
