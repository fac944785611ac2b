//! Redeems one-time tokens: for a user, who may then act once, and for an operator's own application.
//! A user's refusal is that of an unknown or expired link, so that a token reveals nothing about an address
//! it was not issued for.

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::one_time_tokens::parse_email;
use crate::one_time_tokens::store::{self, OneTimeToken, TokenStatus};
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::purpose::InteractionEvent;
use crate::types::secret::{Secret, sha256_digest};
use crate::verification::link::VerifiedRequest;
use crate::verification::verification_request::VerifiedBy;
use crate::verification::{Preverification, create_preverified_request, verify_audit_kind};
use crate::{Context, Core, audit};

/// Refuses if nobody could redeem the token for this event; nothing is changed.
pub async fn ensure_redeemable(core: &Core, event: InteractionEvent, token: &Secret) -> Result<()> {
    let mut tx = core.store.read().await?;
    let found = store::by_digest(&mut tx, &sha256_digest(token.expose())).await?;
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
    in_memory::limit_by_network(context, MemoryLimit::Links)?;
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
    let snapshot = core.snapshot();
    match event {
        InteractionEvent::SignIn if !snapshot.allows_sign_in() => Err(Refusal::SignInDisabled.into()),
        InteractionEvent::Register if !snapshot.sign_up_kinds().email => Err(Refusal::SignUpDisabled.into()),
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
    let taken = store::take(&mut tx, &digest, &identifier.to_key(), Some(event), context.now()).await?;
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
    let taken = store::take(&mut tx, &digest, &identifier, None, core.now()).await?;
    let outcome = match taken {
        Some(taken) => Ok(taken),
        None => Err(match store::by_digest(&mut tx, &digest).await? {
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
