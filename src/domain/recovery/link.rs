//! The link of a recovery message. Looking at it changes nothing, however many scanners do (get_is_safe); following it verifies
//! the request for the browser that pressed the button. The waiting window moves on only when its number was typed here:
//! otherwise whoever started a request for somebody else would get the grant when the owner presses the button.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::identifier::Identifier;
use crate::model::ids::RequestId;
use crate::model::recovery::{InteractionEvent, RecoveryCodeRow, RecoveryRequest, RequestState, VerifiedBy};
use crate::model::secret::{Secret, digest, token};
use crate::store::recovery;
use crate::store::sql::Tx;

use super::super::Rekey;
use super::super::throttle::hold;
use super::prove::{count, grant_end, left, note, open, record, sent};
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

/// Reads where a link stands, and nothing else.
pub async fn look(rekey: &Rekey, link: &Secret) -> Result<LinkStanding> {
    let mut tx = rekey.store.read().await?;
    let Some((code, request)) = find(&mut tx, link).await? else {
        return Ok(LinkStanding {
            refusal: Some(Refusal::LinkUnknown),
            request: None,
            masked: String::new(),
        });
    };
    let masked = Identifier::from_tagged(&request.identifier)
        .map(|identifier| identifier.masked())
        .unwrap_or_default();
    Ok(LinkStanding { refusal: judge(rekey, &code, &request).err(), request: Some(request.id), masked })
}

pub(super) async fn find(tx: &mut Tx, link: &Secret) -> Result<Option<(RecoveryCodeRow, RecoveryRequest)>> {
    let Some(code) = recovery::by_link(tx, &digest(link.expose())).await? else {
        return Ok(None);
    };
    let request = recovery::by_id(tx, &code.request_id).await?;
    // Other messages have no link; one that leaked from the store would still not be followed.
    let request = request.filter(|request| request.event == InteractionEvent::ForgotPassword);
    Ok(request.map(|request| (code, request)))
}

pub(super) fn judge(rekey: &Rekey, code: &RecoveryCodeRow, request: &RecoveryRequest) -> Result<(), Refusal> {
    match request.state {
        RequestState::Verified | RequestState::Completed => Err(Refusal::LinkUsed),
        RequestState::Superseded | RequestState::Cancelled => Err(Refusal::LinkEarlier),
        _ if !code.is_current => Err(Refusal::LinkEarlier),
        _ if code.link_expires_at <= rekey.now() => Err(Refusal::LinkExpired),
        RequestState::Requested | RequestState::Exhausted => Ok(()),
    }
}

/// Follows the link on this device: the button was pressed.
pub async fn follow(rekey: &Rekey, caller: &Caller, link: &Secret) -> Result<Followed> {
    let mut tx = rekey.store.write().await?;
    let (code, request) = find(&mut tx, link).await?.ok_or(Refusal::LinkUnknown)?;
    judge(rekey, &code, &request)?;
    let identifier = Identifier::from_tagged(&request.identifier).ok_or(Refusal::LinkUnknown)?;
    let grant = token(rekey.chance());
    hold(&mut tx, rekey, &request.subject).await?;
    if !open(&mut tx, rekey, &request, VerifiedBy::Link, Some(&grant)).await? {
        return Err(Refusal::LinkUsed.into());
    }
    record(&mut tx, rekey, caller, sent(&request), "success").await?;
    tx.commit().await?;
    Ok(Followed { request: request.id, identifier, app: request.app_id, grant })
}

/// Sends the waiting window on: its two digits were typed on the page of the link. A wrong number counts like a wrong code.
pub async fn match_number(rekey: &Rekey, caller: &Caller, link: &Secret, typed: &str) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    let (code, request) = find(&mut tx, link).await?.ok_or(Refusal::LinkUnknown)?;
    judge(rekey, &code, &request)?;
    let request = match count(&mut tx, rekey, request.event, &request.id).await {
        Ok((request, _)) => request,
        Err(refused) => {
            tx.rollback().await?;
            return note(rekey, caller, request.event, refused).await;
        }
    };
    let digits: String = typed.chars().filter_map(crate::model::code::ascii_digit).collect();
    let right = digits == request.number.to_string();
    let opened = right && open(&mut tx, rekey, &request, VerifiedBy::Number, None).await?;
    record(&mut tx, rekey, caller, sent(&request), if opened { "success" } else { "number.wrong" }).await?;
    tx.commit().await?;
    opened.then_some(()).ok_or(Error::Refused(Refusal::NumberWrong { tries_left: left(rekey, &request) }))
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
    let (_, request) = find(&mut tx, link).await?.ok_or(Refusal::LinkUnknown)?;
    tx.rollback().await?;
    let identifier = Identifier::from_tagged(&request.identifier).ok_or(Refusal::LinkUnknown)?;
    ask_for(rekey, caller, request.event, identifier, None).await
}
