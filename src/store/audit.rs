//! The audit log: written in the transaction of the fact, never changed.

use crate::args;
use crate::model::caller::Caller;
use crate::model::event::Event;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// One entry, read back.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuditRow {
    /// The event's stable name.
    pub event: String,
    /// `success` or the reason of the refusal.
    pub result: String,
    /// To whom.
    pub user_id: Option<String>,
    /// The request, session or key that it belongs to.
    pub about: Option<String>,
    /// From where.
    pub ip: String,
    /// With what.
    pub user_agent: String,
    /// When.
    pub created_at: Timestamp,
}

/// Writes an entry.
pub async fn insert(tx: &mut Tx, id: &str, event: &Event, caller: &Caller, now: Timestamp) -> Result<()> {
    let sql = "insert into audit_log (id, event, result, user_id, app_id, about, ip, user_agent, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let e = event;
    tx.run(
        sql,
        args![
            id,
            e.kind.name(),
            e.result,
            e.user_id.as_ref(),
            &caller.app_id,
            &e.about,
            &caller.ip,
            &caller.user_agent,
            now
        ],
    )
    .await?;
    Ok(())
}

/// The newest entries, newest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<AuditRow>> {
    tx.all("select event, result, user_id, about, ip, user_agent, created_at from audit_log order by created_at desc, id desc limit $1", args![limit]).await
}
