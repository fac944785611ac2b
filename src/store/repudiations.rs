//! "This wasn't me" links: one row for each notice that left.

use crate::args;
use crate::model::ids::UserId;
use crate::model::time::Timestamp;

use super::error::Result;
use super::sql::Tx;

/// One link and the change it speaks of.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Repudiation {
    /// Its id.
    pub id: String,
    /// Whose account it is.
    pub user_id: UserId,
    /// When the password was set that stops working.
    pub password_changed_at: Timestamp,
    /// The identifier the change was proved with, tagged.
    pub proved_by: Option<String>,
    /// The browser that did it.
    pub device: String,
    /// What changed beside or instead of the password: an address, as it was before and tagged (`email:` when there was none).
    pub address: Option<String>,
    /// When the notice was written.
    pub created_at: Timestamp,
    /// Until when the link is good.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// A new link under its token's digest.
pub async fn insert(tx: &mut Tx, link: &Repudiation, token_digest: &str) -> Result<()> {
    let sql = "insert into repudiations (id, user_id, token_digest, password_changed_at, proved_by, device, created_at, expires_at, address) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let l = link;
    tx.run(
        sql,
        args![
            &l.id,
            &l.user_id,
            token_digest,
            l.password_changed_at,
            &l.proved_by,
            &l.device,
            l.created_at,
            l.expires_at,
            &l.address
        ],
    )
    .await?;
    Ok(())
}

/// The link of a token, used or not.
pub async fn by_token(tx: &mut Tx, token_digest: &str) -> Result<Option<Repudiation>> {
    tx.maybe("select * from repudiations where token_digest = $1", args![token_digest]).await
}

/// Uses a link, once and in time.
pub async fn take(tx: &mut Tx, token_digest: &str, now: Timestamp) -> Result<Option<Repudiation>> {
    let sql = "update repudiations set used_at = $2 where token_digest = $1 and used_at is null and expires_at > $2 returning *";
    tx.maybe(sql, args![token_digest, now]).await
}
