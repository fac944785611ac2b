//! One-time tokens, with which an operator's own message lets a user back in. A user who holds one and
//! names its address may set a new password, once, even where recovery is disabled. They are issued and
//! managed here, and redeemed in `redeem`.

mod redeem;
pub mod store;

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::types::error::{Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierError, IdentifierKind};
use crate::types::ids;
use crate::types::purpose::InteractionEvent;
use crate::types::secret::{Secret, generate_token, sha256_digest};
use crate::types::time::Timestamp;
use crate::{Core, audit};

pub use crate::one_time_tokens::redeem::{TokenError, ensure_redeemable, redeem, verify};
pub use crate::one_time_tokens::store::{OneTimeToken, TokenStatus};

/// The default lifetime of a token, in seconds.
pub const DEFAULT_TTL_SECONDS: u32 = 600;

/// A token to be issued.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The email address that it is for.
    pub email: String,
    /// Its lifetime in seconds.
    pub expires_in: u32,
    /// Its purpose; none for any.
    pub event: Option<InteractionEvent>,
}

/// An issued token, which is shown once.
#[derive(Clone, Debug)]
pub struct IssuedToken {
    /// Its id.
    pub id: String,
    /// The email address that it is for.
    pub email: String,
    /// The token itself.
    pub token: Secret,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// Issues a token for the reader of this mailbox, whether or not there is an account with the address.
#[tracing::instrument(name = "issue_one_time_token", skip_all)]
pub async fn issue(core: &Core, by: Actor<'_>, new: NewToken) -> Result<IssuedToken> {
    let now = core.now();
    let identifier = parse_email(&new.email)?;
    let token = generate_token(core.rng());
    let row = OneTimeToken {
        id: ids::generate(now, core.rng(), 21),
        email: new.email,
        identifier: identifier.to_key(),
        event: new.event,
        created_by: by.key.to_owned(),
        created_at: now,
        expires_at: now.plus_seconds(i64::from(new.expires_in)),
        consumed_at: None,
        revoked_at: None,
    };
    let mut tx = core.store.write().await?;
    store::insert(&mut tx, &row, &sha256_digest(token.expose())).await?;
    let event = Event::success(EventKind::OneTimeTokenIssue, None).with_subject(&row.id);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok(IssuedToken { id: row.id, email: row.email, token, created_at: now, expires_at: row.expires_at })
}

fn parse_email(typed: &str) -> Result<Identifier, IdentifierError> {
    Identifier::try_parse_as(IdentifierKind::Email, typed)
}

/// The newest thousand tokens, optionally of this address and with this status. A malformed address has none.
pub async fn list(
    core: &Core,
    email: Option<&str>,
    status: Option<TokenStatus>,
) -> Result<Vec<OneTimeToken>> {
    let identifier = match email {
        Some(email) => match parse_email(email) {
            Ok(found) => Some(found.to_key()),
            Err(_) => return Ok(Vec::new()),
        },
        None => None,
    };
    let mut tx = core.store.read().await?;
    Ok(store::list(&mut tx, identifier.as_deref(), status, core.now()).await?)
}

/// One token.
pub async fn find(core: &Core, id: &str) -> Result<OneTimeToken> {
    let mut tx = core.store.read().await?;
    Ok(store::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?)
}

/// Ends an active token. Setting the status that it already has changes nothing.
pub async fn set_status(
    core: &Core,
    by: Actor<'_>,
    id: &str,
    status: TokenStatus,
) -> Result<std::result::Result<OneTimeToken, TokenError>> {
    let mut tx = core.store.write().await?;
    let found = store::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let stands = found.status(core.now());
    if stands == status {
        return Ok(Ok(found));
    }
    if status == TokenStatus::Active {
        return Ok(Err(TokenError::Reactivation));
    }
    let Some(over) = store::mark_ended(&mut tx, id, status, core.now()).await? else {
        return Ok(Err(TokenError::NotActive(stands)));
    };
    let event = Event::with_result(EventKind::OneTimeTokenChange, status.name(), None).with_subject(id);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok(Ok(over))
}

/// Deletes a token.
pub async fn delete(core: &Core, by: Actor<'_>, id: &str) -> Result<()> {
    let mut tx = core.store.write().await?;
    if !store::delete(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let event = Event::with_result(EventKind::OneTimeTokenChange, "deleted", None).with_subject(id);
    audit::record(&mut tx, by.context(core), &event).await?;
    Ok(tx.commit().await?)
}
