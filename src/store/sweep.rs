//! Forgetting: rows whose time has passed, a bounded number at a time so that nobody waits for a sweep.

use crate::args;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// A week, in seconds.
const WEEK: i64 = 7 * 24 * 3600;

/// Removes at most 500 rows of each kind that ended before `before`, and sessions and links past their end; tells how many.
pub async fn sweep(tx: &mut Tx, before: Timestamp, now: Timestamp) -> Result<u64> {
    let by_age = [
        "delete from recovery_requests where id in (select id from recovery_requests where created_at < $1 order by created_at limit 500)",
        "delete from outbox where id in (select id from outbox where done_at < $1 order by done_at limit 500)",
        "delete from authorization_codes where digest in (select digest from authorization_codes where expires_at < $1 order by expires_at limit 500)",
        "delete from signing_keys where retires_at < $1",
        "delete from one_time_tokens where id in (select id from one_time_tokens where expires_at < $1 order by expires_at limit 500)",
        "delete from throttles where id in (select id from throttles where touched_at < $1 and locked_until < $1 order by touched_at limit 500)",
    ];
    let by_end = [
        "delete from verification_codes where identifier in (select identifier from verification_codes where expires_at < $1 order by expires_at limit 500)",
        "delete from sessions where id in (select id from sessions where expires_at < $1 order by expires_at limit 500)",
        "delete from repudiations where id in (select id from repudiations where expires_at < $1 order by expires_at limit 500)",
        "delete from authorization_requests where id in (select id from authorization_requests where expires_at < $1 order by expires_at limit 500)",
        "delete from grants where id in (select id from grants where expires_at < $1 order by expires_at limit 500)",
        "delete from access_tokens where digest in (select digest from access_tokens where expires_at < $1 order by expires_at limit 500)",
        "delete from verification_records where id in (select id from verification_records where expires_at < $1 order by expires_at limit 500)",
        "delete from captcha_solutions where digest in (select digest from captcha_solutions where expires_at < $1 order by expires_at limit 500)",
        "delete from replies where id in (select id from replies where expires_at < $1 order by expires_at limit 500)",
        "delete from refresh_tokens where digest in (select digest from refresh_tokens where expires_at < $1 order by expires_at limit 500)",
    ];
    // What hooks were told can be looked at and told again for a week.
    let by_week = "delete from hook_deliveries where id in (select id from hook_deliveries where created_at < $1 order by created_at limit 500)";
    // A place is at least its moment: one that is taken anew stands behind all that was told before. Whoever takes one meanwhile keeps it.
    let places = "delete from hook_places where place < $1 and user_id in (select user_id from hook_places where place < $1 order by place limit 500)";
    let mut removed = 0;
    for sql in [by_week, places] {
        removed += tx.run(sql, args![now.plus(-WEEK)]).await?;
    }
    for sql in by_age {
        removed += tx.run(sql, args![before]).await?;
    }
    for sql in by_end {
        removed += tx.run(sql, args![now]).await?;
    }
    Ok(removed)
}
