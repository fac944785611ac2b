//! Recovery in two calls, for clients without cookies: request a message, then send its token together with
//! the new password. It uses the same rules as the pages, as a single step for a link and its form. The token
//! is the one in the mail's link, so using one uses up the other.

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::passwords::{self, AcceptedPassword, ReusePolicy};
use crate::recovery::{ResetOutcome, consume_grant_and_set_password};
use crate::throttle::lock_subject;
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::{Identifier, IdentifierKind};
use crate::types::ids::RequestId;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::verification::link::{FoundLink, check_link, consume_link, find_link};
use crate::verification::request::limits::limit_by_network;
use crate::verification::{VerifiedGrant, request_code_for};
use crate::{Context, Core, audit, users, verification};

/// The status of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetTokenStatus {
    /// It can set a password.
    Valid,
    /// There is no such request.
    RequestUnknown,
    /// It does not belong to this request.
    TokenUnknown,
    /// A newer message has replaced it, or a change of the account has revoked it.
    Replaced,
    /// It, or the code of the same message, was used.
    Used,
    /// It has expired.
    Expired,
}

/// Requests a message with a token. The answer is the same for everyone, unless the settings let this API
/// report that an address has no account (`NotFound`). A malformed address counts as one without an account.
#[tracing::instrument(name = "request_reset_token", skip_all)]
pub async fn request_token(context: Context<'_>, typed: &str) -> Result<()> {
    if !context.snapshot().channels().email {
        return Err(Refusal::RecoveryDisabled.into());
    }
    let reveals = context.snapshot().settings.recovery.reveal_user_exists;
    let identifier = Identifier::parse(typed).filter(|typed| typed.kind() == IdentifierKind::Email);
    let is_somebodys = match identifier {
        None => count_unknown_identifier(context).await?,
        Some(identifier) => {
            let created = request_code_for(context, Purpose::Reset, identifier, None).await?;
            !reveals || is_known(context.core, &created.identifier).await?
        }
    };
    if is_somebodys || !reveals { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// The request counts for the network like any other.
async fn count_unknown_identifier(context: Context<'_>) -> Result<bool> {
    let tx = context.core.store.write().await?;
    let mut tx = limit_by_network(tx, context, Purpose::Reset).await?;
    let code = Refusal::IdentifierMalformed.code();
    audit::record(&mut tx, context, &Event::refused(EventKind::PasswordResetInit, code, None)).await?;
    tx.commit().await?;
    Ok(false)
}

async fn is_known(core: &Core, identifier: &Identifier) -> Result<bool> {
    let mut tx = core.store.read().await?;
    Ok(users::store::by_identifier(&mut tx, identifier).await?.is_some())
}

/// Reads the status of a request's token, and nothing else.
pub async fn check_token(core: &Core, request: &RequestId, token: &Secret) -> Result<ResetTokenStatus> {
    let mut tx = core.store.read().await?;
    let stored = verification::store::by_id(&mut tx, request).await?;
    if stored.is_none_or(|stored| stored.purpose != Purpose::Reset) {
        return Ok(ResetTokenStatus::RequestUnknown);
    }
    let found = find_link(&mut tx, core, token).await?.filter(|found| found.request.id == *request);
    let Some(found) = found else {
        return Ok(ResetTokenStatus::TokenUnknown);
    };
    Ok(match check_link(core, &found) {
        Ok(()) => ResetTokenStatus::Valid,
        Err(Refusal::LinkUsed) => ResetTokenStatus::Used,
        Err(Refusal::LinkExpired) => ResetTokenStatus::Expired,
        Err(_) => ResetTokenStatus::Replaced,
    })
}

/// Sets the new password with this token. The token is checked before the password, a refused password leaves
/// it as it was, and it is consumed in the transaction that saves the password (single_use).
#[tracing::instrument(name = "reset_password_by_token", skip_all)]
pub async fn reset_password(context: Context<'_>, token: &Secret, password: &Secret) -> Result<ResetOutcome> {
    let outcome = try_reset(context, token, password).await;
    let found = match outcome {
        Err(Error::Refused(_)) => {
            find_link(&mut context.core.store.read().await?, context.core, token).await?
        }
        _ => None,
    };
    let refused = |code| {
        let request = found.map(|found| found.request);
        let owner = request.as_ref().and_then(|request| request.user_id.clone());
        let about = request.map(|request| request.id.0);
        Event { about, ..Event::refused(EventKind::PasswordReset, code, owner) }
    };
    audit::record_if_refused(context, outcome, refused).await
}

async fn try_reset(context: Context<'_>, token: &Secret, password: &Secret) -> Result<ResetOutcome> {
    let mut tx = context.core.store.read().await?;
    let (_, user) = load_usable_token(&mut tx, context.core, token).await?;
    tx.rollback().await?;
    let accepted = passwords::validate_and_hash(context, password, &user, ReusePolicy::Allow).await?;
    save_password(context, token, &accepted).await
}

/// The message of a valid token, and its owner.
async fn load_usable_token(tx: &mut Tx, core: &Core, token: &Secret) -> Result<(FoundLink, User)> {
    let found = find_link(tx, core, token).await?.ok_or(Refusal::LinkUnknown)?;
    check_link(core, &found)?;
    let owner = found.request.user_id.as_ref().ok_or(Refusal::LinkUnknown)?;
    let user = users::store::by_id(tx, owner).await?.filter(|user| !user.is_suspended);
    Ok((found, user.ok_or(Refusal::LinkSuperseded)?))
}

/// In one transaction the message is consumed and its grant issued and consumed, so that nobody else ever
/// sees it.
async fn save_password(
    context: Context<'_>,
    link: &Secret,
    accepted: &AcceptedPassword,
) -> Result<ResetOutcome> {
    let core = context.core;
    let mut tx = core.store.write().await?;
    let (found, _) = load_usable_token(&mut tx, core, link).await?;
    let request = &found.request;
    lock_subject(&mut tx, core, &request.subject).await?;
    // Throttle rows are locked before request rows, as everywhere.
    passwords::clear_limits_after_recovery(&mut tx, core, &request.subject, &request.identifier).await?;
    let (request, token) = consume_link(&mut tx, context, found).await?;
    let grant = VerifiedGrant { request: request.id, token };
    consume_grant_and_set_password(tx, context, &grant, accepted).await
}
