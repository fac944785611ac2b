//! One-time tokens: made by an operator's machine, redeemed by whoever holds one and names its address.

use crate::args;
use crate::model::recovery::InteractionEvent;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// One token, by its digest.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OneTimeToken {
    /// Its id.
    pub id: String,
    /// The address as it was written.
    pub email: String,
    /// The canonical address, tagged.
    pub identifier: String,
    /// What it is for; none for anything.
    pub event: Option<InteractionEvent>,
    /// The key that asked for it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When it was redeemed.
    pub consumed_at: Option<Timestamp>,
}

/// A new token under its digest.
pub async fn insert(tx: &mut Tx, token: &OneTimeToken, token_digest: &str) -> Result<()> {
    let sql = "insert into one_time_tokens (id, email, identifier, token_digest, event, created_by, created_at, expires_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let t = token;
    let event = t.event.map(InteractionEvent::name);
    let (created_at, expires_at) = (t.created_at, t.expires_at);
    tx.run(
        sql,
        args![&t.id, &t.email, &t.identifier, token_digest, event, &t.created_by, created_at, expires_at],
    )
    .await?;
    Ok(())
}

/// The token of a digest, redeemed or not.
pub async fn by_digest(tx: &mut Tx, token_digest: &str) -> Result<Option<OneTimeToken>> {
    tx.maybe("select * from one_time_tokens where token_digest = $1", args![token_digest]).await
}

/// Redeems a token: once, in time, for this event and by somebody who names its address.
pub async fn take(
    tx: &mut Tx,
    token_digest: &str,
    identifier: &str,
    event: InteractionEvent,
    now: Timestamp,
) -> Result<Option<OneTimeToken>> {
    let sql = "update one_time_tokens set consumed_at = $4 where token_digest = $1 and identifier = $2 \
               and (event is null or event = $3) and consumed_at is null and expires_at > $4 returning *";
    tx.maybe(sql, args![token_digest, identifier, event.name(), now]).await
}
