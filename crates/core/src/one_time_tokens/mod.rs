//! One-time tokens, with which an operator's own message lets a user back in. A user who holds one and
//! names its address may set a new password, once, even where recovery is disabled. Every other answer is
//! the same as for an unknown or expired link, so that a token reveals nothing about an address it was not
//! issued for.

pub mod store;

use crate::audit::event::{Event, EventKind};
use crate::one_time_tokens;
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierError, IdentifierKind};
use crate::types::ids;
use crate::types::purpose::InteractionEvent;
use crate::types::secret::{Secret, generate_token, sha256_digest};
use crate::types::time::Timestamp;
use crate::verification::verification_request::VerifiedBy;

pub use crate::one_time_tokens::store::{OneTimeToken, TokenStatus};

use crate::audit::actor::Actor;
use crate::throttle::in_memory;
use crate::verification::link::VerifiedRequest;
use crate::verification::{Preverification, create_preverified_request, verify_audit_kind};
use crate::{Context, Core, audit};

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
    one_time_tokens::store::insert(&mut tx, &row, &sha256_digest(token.expose())).await?;
    let event = Event::success(EventKind::OneTimeTokenIssue, None).with_subject(&row.id);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok(IssuedToken { id: row.id, email: row.email, token, created_at: now, expires_at: row.expires_at })
}

fn parse_email(typed: &str) -> Result<Identifier, IdentifierError> {
    Identifier::try_parse_as(IdentifierKind::Email, typed)
}

/// Refuses if nobody could redeem the token for this event; nothing is changed.
pub async fn ensure_redeemable(core: &Core, event: InteractionEvent, token: &Secret) -> Result<()> {
    let mut tx = core.store.read().await?;
    let found = one_time_tokens::store::by_digest(&mut tx, &sha256_digest(token.expose())).await?;
    let found = found.filter(|found| found.event.is_none_or(|only| only == event));
    match found.ok_or(Refusal::LinkUnknown)? {
        found if found.consumed_at.is_some() => Err(Refusal::LinkUsed.into()),
        found if found.revoked_at.is_some() => Err(Refusal::LinkUnknown.into()),
        found if found.expires_at <= core.now() => Err(Refusal::LinkExpired.into()),
        _ => Ok(()),
    }
}

/// Redeems a token for the right to set a new password, to sign in or to create an account. It is consumed in
/// the transaction that writes the request; if the address leads nowhere, nothing is consumed.
#[tracing::instrument(name = "redeem_one_time_token", skip_all)]
pub async fn redeem(
    context: Context<'_>,
    event: InteractionEvent,
    typed: &str,
    token: &Secret,
) -> Result<VerifiedRequest> {
    in_memory::limit_by_network(context)?;
    ensure_flow_enabled(context.core, event)?;
    let identifier = parse_email(typed)?;
    match try_redeem(context, event, identifier, token).await? {
        Some(followed) => Ok(followed),
        None => {
            let refusal = match ensure_redeemable(context.core, event, token).await {
                Err(Error::Refused(over)) => over,
                Err(failed) => return Err(failed),
                Ok(()) => Refusal::LinkUnknown,
            };
            Err(audit::refuse(context, verify_audit_kind(event.purpose()), refusal).await)
        }
    }
}

/// A token works even if no recovery channel is enabled, but does not allow sign-in or sign-up where those
/// are disabled.
fn ensure_flow_enabled(core: &Core, event: InteractionEvent) -> Result<()> {
    let live = core.snapshot();
    match event {
        InteractionEvent::SignIn if !live.allows_sign_in() => Err(Refusal::SignInDisabled.into()),
        InteractionEvent::Register if !live.sign_up_kinds().email => Err(Refusal::SignUpDisabled.into()),
        _ => Ok(()),
    }
}

async fn try_redeem(
    context: Context<'_>,
    event: InteractionEvent,
    identifier: Identifier,
    token: &Secret,
) -> Result<Option<VerifiedRequest>> {
    let digest = sha256_digest(token.expose());
    let mut tx = context.core.store.write().await?;
    let taken =
        one_time_tokens::store::take(&mut tx, &digest, &identifier.to_key(), event, context.now()).await?;
    let followed = match taken {
        Some(_) => {
            let proof = Preverification { purpose: event.purpose(), by: VerifiedBy::Token };
            create_preverified_request(&mut tx, context, proof, identifier).await?
        }
        None => None,
    };
    if followed.is_some() {
        tx.commit().await?
    } else {
        tx.rollback().await?
    }
    Ok(followed)
}

/// Why a call about a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// There is no such token.
    Unknown,
    /// It is for another address.
    WrongAddress,
    /// It is no longer active; its status.
    NotActive(TokenStatus),
    /// A token that is no longer active cannot be reactivated.
    Reactivation,
}

impl TokenError {
    /// Its name in the audit log.
    const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::WrongAddress => "other_address",
            Self::NotActive(status) => status.name(),
            Self::Reactivation => "reactivation",
        }
    }
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
    Ok(one_time_tokens::store::list(&mut tx, identifier.as_deref(), status, core.now()).await?)
}

/// One token.
pub async fn find(core: &Core, id: &str) -> Result<OneTimeToken> {
    let mut tx = core.store.read().await?;
    Ok(one_time_tokens::store::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?)
}

/// Redeems a token for an operator's own application, whatever its purpose.
#[tracing::instrument(name = "verify_one_time_token", skip_all)]
pub async fn verify(
    core: &Core,
    by: Actor<'_>,
    email: &str,
    token: &Secret,
) -> Result<std::result::Result<OneTimeToken, TokenError>> {
    let digest = sha256_digest(token.expose());
    let identifier = parse_email(email).map(|found| found.to_key()).unwrap_or_default();
    let mut tx = core.store.write().await?;
    let taken = one_time_tokens::store::take_any(&mut tx, &digest, &identifier, core.now()).await?;
    let outcome = match taken {
        Some(taken) => Ok(taken),
        None => Err(match one_time_tokens::store::by_digest(&mut tx, &digest).await? {
            None => TokenError::Unknown,
            Some(found) if found.identifier != identifier => TokenError::WrongAddress,
            Some(found) if found.expires_at <= core.now() => TokenError::NotActive(TokenStatus::Expired),
            Some(found) => TokenError::NotActive(found.status(core.now())),
        }),
    };
    let result = outcome.as_ref().err().map_or("success", |unfit| unfit.name());
    let event = Event::with_result(EventKind::OneTimeTokenVerify, result, None).with_subject(by.key);
    audit::record(&mut tx, by.context(core), &event).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Ends an active token. Setting the status that it already has changes nothing.
pub async fn set_status(
    core: &Core,
    by: Actor<'_>,
    id: &str,
    status: TokenStatus,
) -> Result<std::result::Result<OneTimeToken, TokenError>> {
    let mut tx = core.store.write().await?;
    let found = one_time_tokens::store::by_id(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let stands = found.status(core.now());
    if stands == status {
        return Ok(Ok(found));
    }
    if status == TokenStatus::Active {
        return Ok(Err(TokenError::Reactivation));
    }
    let Some(over) = one_time_tokens::store::mark_ended(&mut tx, id, status, core.now()).await? else {
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
    if !one_time_tokens::store::delete(&mut tx, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let event = Event::with_result(EventKind::OneTimeTokenChange, "deleted", None).with_subject(id);
    audit::record(&mut tx, by.context(core), &event).await?;
    Ok(tx.commit().await?)
}
