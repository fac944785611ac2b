//! One-time tokens: created by an API client, redeemed by a caller that has the token and knows its address.

use serde::{Deserialize, Serialize};

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::identifier::address::Addresses;
use crate::types::purpose::InteractionEvent;
use crate::types::time::Timestamp;

/// A token, stored by its digest.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OneTimeToken {
    /// Its id.
    pub id: String,
    /// The address as it was entered.
    pub email: String,
    /// The canonical address, with its kind.
    pub identifier: String,
    /// What it is for; `None` for any purpose.
    pub event: Option<InteractionEvent>,
    /// The API key or application that created it.
    pub created_by: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was redeemed.
    pub consumed_at: Option<Timestamp>,
    /// When an operator revoked it.
    pub revoked_at: Option<Timestamp>,
}

/// The status of a token.
// One that has ended stays ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OneTimeTokenStatus)]
pub enum TokenStatus {
    /// It can be redeemed.
    Active,
    /// It was redeemed.
    Consumed,
    /// It was revoked.
    Revoked,
    /// It expired.
    Expired,
}

impl TokenStatus {
    /// The name in the APIs.
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
    /// The status at this moment.
    pub fn status(&self, now: Timestamp) -> TokenStatus {
        match self {
            Self { consumed_at: Some(_), .. } => TokenStatus::Consumed,
            Self { revoked_at: Some(_), .. } => TokenStatus::Revoked,
            Self { expires_at, .. } if *expires_at <= now => TokenStatus::Expired,
            _ => TokenStatus::Active,
        }
    }
}

/// Inserts a token under its digest.
pub async fn insert(tx: &mut Tx, token: &OneTimeToken, token_digest: &str) -> Result<()> {
    let sql = "insert into one_time_tokens (id, email, identifier, token_digest, event, created_by, created_at, expires_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let OneTimeToken { id, email, identifier, event, created_by, created_at, expires_at, .. } = token;
    let event = event.map(InteractionEvent::name);
    tx.run(sql, args![id, email, identifier, token_digest, event, created_by, *created_at, *expires_at])
        .await?;
    Ok(())
}

/// The token with this digest, redeemed or not.
pub async fn by_digest(tx: &mut Tx, token_digest: &str) -> Result<Option<OneTimeToken>> {
    tx.maybe("select * from one_time_tokens where token_digest = $1", args![token_digest]).await
}

/// Redeems a token once, before it expires: for this address and event, or without one for any purpose.
pub async fn take(
    tx: &mut Tx,
    token_digest: &str,
    identifier: &str,
    event: Option<InteractionEvent>,
    now: Timestamp,
) -> Result<Option<OneTimeToken>> {
    let sql = "update one_time_tokens set consumed_at = $4 where token_digest = $1 and identifier = $2 \
               and ($3 is null or event is null or event = $3) and consumed_at is null and revoked_at is null and expires_at > $4 returning *";
    tx.maybe(sql, args![token_digest, identifier, event.map(InteractionEvent::name), now]).await
}

/// The token with this id.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<OneTimeToken>> {
    tx.maybe("select * from one_time_tokens where id = $1", args![id]).await
}

/// The newest thousand tokens with this status, for one address or for all.
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

/// Ends an active token with this status; `None` if it is not active.
pub async fn mark_ended(
    tx: &mut Tx,
    id: &str,
    how: TokenStatus,
    now: Timestamp,
) -> Result<Option<OneTimeToken>> {
    let sql = "update one_time_tokens set consumed_at = case when $2 = 'consumed' then $3 else consumed_at end, \
               revoked_at = case when $2 = 'revoked' then $3 else revoked_at end, expires_at = case when $2 = 'expired' then $3 else expires_at end \
               where id = $1 and consumed_at is null and revoked_at is null and expires_at > $3 returning *";
    tx.maybe(sql, args![id, how.name(), now]).await
}

/// Deletes a token; false if there was none.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.run("delete from one_time_tokens where id = $1", args![id]).await? == 1)
}

/// Revokes every active token for these addresses.
pub async fn revoke_by_identifiers(tx: &mut Tx, addresses: &Addresses, now: Timestamp) -> Result<()> {
    let sql = "update one_time_tokens set revoked_at = $3 where identifier in ($1, $2) \
               and consumed_at is null and revoked_at is null and expires_at > $3";
    tx.run(sql, args![addresses.email_or_unmatched(), addresses.phone_or_unmatched(), now]).await?;
    Ok(())
}
