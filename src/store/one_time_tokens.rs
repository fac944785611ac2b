//! One-time tokens: made by an operator's machine, redeemed by whoever holds one and names its address.

use crate::args;
use crate::model::recovery::InteractionEvent;
use crate::model::time::Timestamp;

use super::disputes::Addresses;
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
    /// When an operator took it back.
    pub revoked_at: Option<Timestamp>,
}

/// Where a token stands; what is over stays over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStatus {
    /// It can be redeemed.
    Active,
    /// It was redeemed.
    Consumed,
    /// It was taken back.
    Revoked,
    /// Its time has passed.
    Expired,
}

impl TokenStatus {
    /// The name of the APIs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Consumed => "consumed",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

impl OneTimeToken {
    /// Where it stands at this moment.
    pub fn status(&self, now: Timestamp) -> TokenStatus {
        match self {
            Self { consumed_at: Some(_), .. } => TokenStatus::Consumed,
            Self { revoked_at: Some(_), .. } => TokenStatus::Revoked,
            Self { expires_at, .. } if *expires_at <= now => TokenStatus::Expired,
            _ => TokenStatus::Active,
        }
    }
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
               and (event is null or event = $3) and consumed_at is null and revoked_at is null and expires_at > $4 returning *";
    tx.maybe(sql, args![token_digest, identifier, event.name(), now]).await
}

/// By id.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<OneTimeToken>> {
    tx.maybe("select * from one_time_tokens where id = $1", args![id]).await
}

/// The newest thousand for an address, or for any, that stand so.
pub async fn list(
    tx: &mut Tx,
    identifier: Option<&str>,
    status: Option<TokenStatus>,
    now: Timestamp,
) -> Result<Vec<OneTimeToken>> {
    let sql = match identifier {
        Some(_) => {
            "select * from one_time_tokens where identifier = $1 and ($2 is null or $2 = case \
             when consumed_at is not null then 'consumed' when revoked_at is not null then 'revoked' \
             when expires_at <= $3 then 'expired' else 'active' end) order by created_at desc, id desc limit 1000"
        }
        None => {
            "select * from one_time_tokens where $1 is null and ($2 is null or $2 = case \
             when consumed_at is not null then 'consumed' when revoked_at is not null then 'revoked' \
             when expires_at <= $3 then 'expired' else 'active' end) order by created_at desc, id desc limit 1000"
        }
    };
    tx.all(sql, args![identifier, status.map(TokenStatus::name), now]).await
}

/// Redeems a token whatever it is for: once, in time, and by somebody who names its address.
pub async fn take_any(
    tx: &mut Tx,
    token_digest: &str,
    identifier: &str,
    now: Timestamp,
) -> Result<Option<OneTimeToken>> {
    let sql = "update one_time_tokens set consumed_at = $3 where token_digest = $1 and identifier = $2 \
               and consumed_at is null and revoked_at is null and expires_at > $3 returning *";
    tx.maybe(sql, args![token_digest, identifier, now]).await
}

/// Ends an active token in this way; none when it is not active.
pub async fn mark_ended(
    tx: &mut Tx,
    id: &str,
    how: TokenStatus,
    now: Timestamp,
) -> Result<Option<OneTimeToken>> {
    let sql = "update one_time_tokens set consumed_at = case when $2 = 'consumed' then $3 else consumed_at end, \
               revoked_at = case when $2 = 'revoked' then $3 else revoked_at end, \
               expires_at = case when $2 = 'expired' then $3 else expires_at end \
               where id = $1 and consumed_at is null and revoked_at is null and expires_at > $3 returning *";
    tx.maybe(sql, args![id, how.name(), now]).await
}

/// Takes a token away; whether there was one.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.run("delete from one_time_tokens where id = $1", args![id]).await? == 1)
}

/// Takes back every active token for these addresses.
pub async fn revoke_by_identifiers(tx: &mut Tx, addresses: &Addresses, now: Timestamp) -> Result<()> {
    let sql = "update one_time_tokens set revoked_at = $3 where identifier in ($1, $2) \
               and consumed_at is null and revoked_at is null and expires_at > $3";
    tx.run(sql, args![addresses.email_or_unmatched(), addresses.phone_or_unmatched(), now]).await?;
    Ok(())
}
