//! The link of a recovery message. Looking at it changes nothing, however many scanners do (get_is_safe); following it writes a request of its own,
//! verified for the browser that pressed the button. The waiting window moves on only when its number was typed here, and learns nothing
//! otherwise: whoever started a request for somebody else would get the grant, or see that the owner pressed the button.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::identifier::Identifier;
use crate::model::ids::RequestId;
use crate::model::recovery::{InteractionEvent, RecoveryCodeRow, RecoveryRequest, RequestState, VerifiedBy};
use crate::model::secret::{Secret, digest, token};
use crate::store::recovery::{self, codes};
use crate::store::sql::Tx;

use super::super::codes::Codes;
use super::super::throttle::hold;
use super::super::{Rekey, notify};
use super::prove::{attempts_left, count, grant_end, note, notify_if_blocked, open, record, sent};
use super::{Asked, ask_for};

/// What a link's page says.
#[derive(Clone, Debug)]
pub struct LinkStanding {
    /// Why it can't be followed; none when it can.
    pub refusal: Option<Refusal>,
    /// The request it belongs to.
    pub request: Option<RequestId>,
    /// Whose, masked: whoever holds the link learns no more than they know.
    pub masked: String,
}

/// A link that was followed.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Its request.
    pub request: RequestId,
    /// What it was asked for.
    pub identifier: Identifier,
    /// The app on whose behalf it was asked for.
    pub app: Option<String>,
    /// The grant, for this browser.
    pub grant: Secret,
}

/// A link that exists.
pub(super) struct Found {
    /// Its message.
    pub code: RecoveryCodeRow,
    /// The request that had it sent.
    pub request: RecoveryRequest,
    /// Whether no later message took its place.
    is_newest: bool,
}

/// Reads where a link stands, and nothing else.
pub async fn look(rekey: &Rekey, link: &Secret) -> Result<LinkStanding> {
    let mut tx = rekey.store.read().await?;
    let Some(found) = find(&mut tx, rekey, link).await? else {
        return Ok(LinkStanding {
            refusal: Some(Refusal::LinkUnknown),
            request: None,
            masked: String::new(),
        });
    };
    let masked = Identifier::from_tagged(&found.request.identifier)
        .map(|identifier| identifier.masked())
        .unwrap_or_default();
    Ok(LinkStanding { refusal: judge(rekey, &found).err(), request: Some(found.request.id), masked })
}

pub(super) async fn find(tx: &mut Tx, rekey: &Rekey, link: &Secret) -> Result<Option<Found>> {
    let Some(code) = codes::by_link(tx, &digest(link.expose())).await? else {
        return Ok(None);
    };
    let request = recovery::by_id(tx, &code.request_id).await?;
    // Other messages have no link; one that leaked from the store would still not be followed.
    let request = request.filter(|request| request.event == InteractionEvent::ForgotPassword);
    let Some(request) = request else { return Ok(None) };
    let is_newest = Codes::of(tx, rekey, &request).await?.is_newest(&code.id);
    Ok(Some(Found { code, request, is_newest }))
}

/// What its message is good for. The window that had it sent does not count: one that gave up or guessed may be a stranger's.
pub(super) fn judge(rekey: &Rekey, found: &Found) -> Result<(), Refusal> {
    match &found.code {
        code if code.is_used => Err(Refusal::LinkUsed),
        code if code.is_revoked || !found.is_newest => Err(Refusal::LinkEarlier),
        code if code.link_expires_at <= rekey.now() => Err(Refusal::LinkExpired),
        _ => Ok(()),
    }
}

/// Follows the link on this device: the button was pressed.
pub async fn follow(rekey: &Rekey, caller: &Caller, link: &Secret) -> Result<Followed> {
    let mut tx = rekey.store.write().await?;
    let found = find(&mut tx, rekey, link).await?.ok_or(Refusal::LinkUnknown)?;
    judge(rekey, &found)?;
    let identifier = Identifier::from_tagged(&found.request.identifier).ok_or(Refusal::LinkUnknown)?;
    let (request, grant) = take(&mut tx, rekey, caller, found).await?;
    tx.commit().await?;
    Ok(Followed { request: request.id, identifier, app: request.app_id, grant })
}

/// Uses the message up for a request of its own, which is verified from the start. The account's row comes first, as everywhere.
pub(super) async fn take(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    found: Found,
) -> Result<(RecoveryRequest, Secret)> {
    hold(tx, rekey, &found.request.subject).await?;
    if found.request.is_decoy || !codes::mark_used(tx, &found.code.id).await? {
        return Err(Refusal::LinkUsed.into());
    }
    let now = rekey.now();
    let own = RequestId::fresh(now, rekey.chance());
    let request =
        RecoveryRequest { id: own, state: RequestState::Requested, created_at: now, ..found.request };
    recovery::insert(tx, &request).await?;
    let grant = token(rekey.chance());
    if !open(tx, rekey, &request, VerifiedBy::Link, Some(&grant)).await? {
        return Err(Refusal::LinkUsed.into());
    }
    record(tx, rekey, caller, sent(&request), "success").await?;
    Ok((request, grant))
}

/// Sends the waiting window on: its two digits were typed on the page of the link. A wrong number counts like a wrong code.
pub async fn match_number(rekey: &Rekey, caller: &Caller, link: &Secret, typed: &str) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    let found = find(&mut tx, rekey, link).await?.ok_or(Refusal::LinkUnknown)?;
    judge(rekey, &found)?;
    let Found { code, request, .. } = found;
    let counted = match count(&mut tx, rekey, request.event, &request.id).await {
        Ok(counted) => counted,
        Err(refused) => {
            tx.rollback().await?;
            return note(rekey, caller, request.event, refused).await;
        }
    };
    let request = &counted.request;
    let opened = matches(&mut tx, request, typed).await?
        && codes::mark_used(&mut tx, &code.id).await?
        && open(&mut tx, rekey, request, VerifiedBy::Number, None).await?;
    if !opened {
        notify_if_blocked(&mut tx, rekey, caller, &counted).await?;
    }
    record(&mut tx, rekey, caller, sent(request), if opened { "success" } else { "number.wrong" }).await?;
    tx.commit().await?;
    notify::ring(rekey);
    opened
        .then_some(())
        .ok_or(Error::Refused(Refusal::NumberWrong { tries_left: attempts_left(rekey, request) }))
}

/// Whether the number is that of the window that had this message sent, and of no other that waits for the same address: a stranger's window
/// must not go on because the owner reads the same two digits in their own.
async fn matches(tx: &mut Tx, request: &RecoveryRequest, typed: &str) -> Result<bool> {
    let digits: String = typed.chars().filter_map(crate::model::code::ascii_digit).collect();
    Ok(digits == request.number.to_string() && !recovery::shares_number(tx, request).await?)
}

/// The waiting window collects the grant that the number on the other device opened for it.
pub async fn claim(rekey: &Rekey, held: &RequestId) -> Result<Secret> {
    let grant = token(rekey.chance());
    let mut tx = rekey.store.write().await?;
    let taken =
        recovery::take_grant(&mut tx, held, &digest(grant.expose()), grant_end(rekey), rekey.now()).await?;
    tx.commit().await?;
    taken.then_some(grant).ok_or(Error::Refused(Refusal::GrantGone))
}

/// A new message to the address of a link that no longer works.
pub async fn ask_again(rekey: &Rekey, caller: &Caller, link: &Secret) -> Result<Asked> {
    let mut tx = rekey.store.read().await?;
    let Found { request, .. } = find(&mut tx, rekey, link).await?.ok_or(Refusal::LinkUnknown)?;
    tx.rollback().await?;
    let identifier = Identifier::from_tagged(&request.identifier).ok_or(Refusal::LinkUnknown)?;
    ask_for(rekey, caller, request.event, identifier, None).await
}
