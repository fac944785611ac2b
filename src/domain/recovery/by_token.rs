//! Recovery in two calls, for clients without a browser's cookie: ask, then bring the token of the mail and the new password together. It
//! is the machine of the pages, seen from where a link and its form are one step. The surprise: the token stands in the mail's link, so
//! that whoever uses the one has used the other.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::{Identifier, IdentifierKind};
use crate::model::ids::RequestId;
use crate::model::recovery::InteractionEvent;
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{recovery, users};

use super::super::passwords::Again;
use super::super::throttle::hold;
use super::super::{Rekey, audit, passwords};
use super::complete::{self, Completed, Grant};
use super::gates::admit_ip;
use super::link::{Found, find, judge, take};

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStanding {
    /// It would set a password.
    Valid,
    /// There is no such request.
    RequestUnknown,
    /// It is not the token of this request.
    TokenUnknown,
    /// A newer message took its place, or the request was given up.
    Replaced,
    /// It, or the code of the same message, was used.
    Used,
    /// It is past its time.
    Expired,
}

/// Asks for a message with a token. The answer is the same for everyone, unless the settings let this face say that nobody has the
/// address (`NotFound`). What can be nobody's address counts as one that nobody has.
pub async fn ask(rekey: &Rekey, caller: &Caller, typed: &str) -> Result<()> {
    if !rekey.live().channels().email {
        return Err(Refusal::RecoveryOff.into());
    }
    let reveals = rekey.live().settings.recovery.reveal_user_exists;
    let identifier = Identifier::parse(typed).filter(|typed| typed.kind() == IdentifierKind::Email);
    let is_somebodys = match identifier {
        None => nobodys(rekey, caller).await?,
        Some(identifier) => {
            let event = InteractionEvent::ForgotPassword;
            let asked = super::ask_for(rekey, caller, event, identifier, None).await?;
            !reveals || is_known(rekey, &asked.identifier).await?
        }
    };
    if is_somebodys || !reveals { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// It counts for the network address like any other.
async fn nobodys(rekey: &Rekey, caller: &Caller) -> Result<bool> {
    let tx = rekey.store.write().await?;
    let mut tx = admit_ip(tx, rekey, caller, InteractionEvent::ForgotPassword).await?;
    let code = Refusal::IdentifierMalformed.code();
    audit::record(&mut tx, rekey, caller, &Event::refused(EventKind::PasswordResetInit, code, None)).await?;
    tx.commit().await?;
    Ok(false)
}

async fn is_known(rekey: &Rekey, identifier: &Identifier) -> Result<bool> {
    let mut tx = rekey.store.read().await?;
    Ok(users::by_identifier(&mut tx, identifier).await?.is_some())
}

/// Reads where the token of a request stands, and nothing else.
pub async fn check(rekey: &Rekey, request: &RequestId, token: &Secret) -> Result<TokenStanding> {
    let mut tx = rekey.store.read().await?;
    let asked = recovery::by_id(&mut tx, request).await?;
    if asked.is_none_or(|asked| asked.event != InteractionEvent::ForgotPassword) {
        return Ok(TokenStanding::RequestUnknown);
    }
    let found = find(&mut tx, rekey, token).await?.filter(|found| found.request.id == *request);
    let Some(found) = found else {
        return Ok(TokenStanding::TokenUnknown);
    };
    Ok(match judge(rekey, &found) {
        Ok(()) => TokenStanding::Valid,
        Err(Refusal::LinkUsed) => TokenStanding::Used,
        Err(Refusal::LinkExpired) => TokenStanding::Expired,
        Err(_) => TokenStanding::Replaced,
    })
}

/// Sets the new password of whoever holds this token. The token is judged before the password, a refused password leaves it as it was, and
/// it is used up in the transaction that saves the password (single_use).
pub async fn reset(rekey: &Rekey, caller: &Caller, token: &Secret, password: &Secret) -> Result<Completed> {
    let outcome = attempt(rekey, caller, token, password).await;
    if let Err(Error::Refused(refusal)) = &outcome {
        let found = find(&mut rekey.store.read().await?, rekey, token).await?.map(|found| found.request);
        let owner = found.as_ref().and_then(|request| request.user_id.clone());
        let about = found.map(|request| request.id.0);
        let event = Event { about, ..Event::refused(EventKind::PasswordReset, refusal.code(), owner) };
        audit::record_alone(rekey, caller, &event).await?;
    }
    outcome
}

async fn attempt(rekey: &Rekey, caller: &Caller, token: &Secret, password: &Secret) -> Result<Completed> {
    let mut tx = rekey.store.read().await?;
    let (_, user) = usable(&mut tx, rekey, token).await?;
    tx.rollback().await?;
    let accepted = passwords::accept(rekey, caller, password, &user, Again::Fine).await?;
    write(rekey, caller, token, accepted.phc()).await
}

/// The message of a token that may be used now, and whose it is.
async fn usable(tx: &mut Tx, rekey: &Rekey, token: &Secret) -> Result<(Found, User)> {
    let found = find(tx, rekey, token).await?.ok_or(Refusal::LinkUnknown)?;
    judge(rekey, &found)?;
    let owner = found.request.user_id.as_ref().ok_or(Refusal::LinkUnknown)?;
    let user = users::by_id(tx, owner).await?.filter(|user| !user.is_suspended);
    Ok((found, user.ok_or(Refusal::LinkEarlier)?))
}

/// Everything in one transaction: the message is used up, the grant of it handed out and spent, and nobody else ever saw it.
async fn write(rekey: &Rekey, caller: &Caller, link: &Secret, phc: &str) -> Result<Completed> {
    let mut tx = rekey.store.write().await?;
    let (found, _) = usable(&mut tx, rekey, link).await?;
    hold(&mut tx, rekey, &found.request.subject).await?;
    // Throttle rows are locked before request rows, as everywhere.
    complete::forget_counts(&mut tx, rekey, &found.request).await?;
    let (request, token) = take(&mut tx, rekey, caller, found).await?;
    complete::spend(tx, rekey, caller, &Grant { request: request.id, token }, phc).await
}
