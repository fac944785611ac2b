//! The link of a recovery message. Opening it changes nothing, however many scanners do (get_is_safe);
//! following it writes a new request, verified for the browser that pressed the button. The waiting window
//! continues only when its number was typed on this page, and otherwise learns nothing: an attacker
//! who started a request for another person would get the grant, or see that the owner pressed the button.

mod by_app;
mod number;

use crate::db::sql::Tx;
use crate::throttle::lock_subject;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::RequestId;
use crate::types::secret::{Secret, sha256_digest};
use crate::verification::codes::Codes;
pub(crate) use crate::verification::link::by_app::{is_link_token, verify_link_of_address};
pub use crate::verification::link::number::{collect_grant, match_number};
use crate::verification::mark_verified::insert_verified;
use crate::verification::policy::policy;
use crate::verification::request::{CreatedRequest, request_code_for};
use crate::verification::store::{self, codes};
use crate::verification::verification_request::{
    RequestState, VerificationCodeRow, VerificationRequest, VerifiedBy,
};
use crate::{Context, Core};

/// What the page of a link shows.
#[derive(Clone, Debug)]
pub struct LinkStatus {
    /// Why it cannot be followed; none when it can.
    pub refusal: Option<Refusal>,
    /// The request it belongs to.
    pub request: Option<RequestId>,
    /// The masked identifier of its owner: the holder of the link learns nothing new.
    pub masked: String,
}

/// A link that was followed.
#[derive(Clone, Debug)]
pub struct VerifiedRequest {
    /// The new request.
    pub request: RequestId,
    /// The identifier.
    pub identifier: Identifier,
    /// The app that it was requested for.
    pub app_id: Option<String>,
    /// The grant, for this browser.
    pub grant: Secret,
}

/// A link that exists.
pub(crate) struct FoundLink {
    /// The code record of its message.
    pub code: VerificationCodeRow,
    /// The request that caused it.
    pub request: VerificationRequest,
    /// Whether no later message has replaced it.
    is_newest: bool,
}

/// Reads the status of a link, and nothing else.
pub async fn load_status(core: &Core, link: &Secret) -> Result<LinkStatus> {
    let mut tx = core.store.read().await?;
    let Some(found) = find_link(&mut tx, core, link).await? else {
        return Ok(LinkStatus { refusal: Some(Refusal::LinkUnknown), request: None, masked: String::new() });
    };
    let masked = Identifier::from_key(&found.request.identifier)
        .map(|identifier| identifier.masked())
        .unwrap_or_default();
    Ok(LinkStatus { refusal: check_link(core, &found).err(), request: Some(found.request.id), masked })
}

pub(crate) async fn find_link(tx: &mut Tx, core: &Core, link: &Secret) -> Result<Option<FoundLink>> {
    let Some(code) = codes::by_link(tx, &sha256_digest(link.expose())).await? else {
        return Ok(None);
    };
    let request = store::by_id(tx, &code.request_id).await?;
    // Other messages contain no link; one that leaked from the store would still be refused.
    let request = request.filter(|request| policy(core, request.purpose).has_link);
    let Some(request) = request else { return Ok(None) };
    let is_newest = Codes::load(tx, core, &request).await?.is_newest(&code.id);
    Ok(Some(FoundLink { code, request, is_newest }))
}

/// Whether the link of this message can be followed. The state of the window that requested it does not
/// matter: one that was cancelled or used up its attempts may be a stranger's.
pub(crate) fn check_link(core: &Core, found: &FoundLink) -> Result<(), Refusal> {
    match &found.code {
        code if code.is_used => Err(Refusal::LinkUsed),
        code if code.is_revoked || !found.is_newest => Err(Refusal::LinkSuperseded),
        code if code.link_expires_at <= core.now() => Err(Refusal::LinkExpired),
        _ => Ok(()),
    }
}

/// Follows the link on this device: the button was pressed.
#[tracing::instrument(skip_all)]
pub async fn verify_link(context: Context<'_>, link: &Secret) -> Result<VerifiedRequest> {
    let mut tx = context.core.store.write().await?;
    let found = find_link(&mut tx, context.core, link).await?.ok_or(Refusal::LinkUnknown)?;
    check_link(context.core, &found)?;
    let identifier = Identifier::from_key(&found.request.identifier).ok_or(Refusal::LinkUnknown)?;
    let (request, grant) = consume_link(&mut tx, context, found).await?;
    tx.commit().await?;
    Ok(VerifiedRequest { request: request.id, identifier, app_id: request.app_id, grant })
}

/// Consumes the message for a new request, which is verified from the start. The account's row is locked
/// first, as everywhere.
pub(crate) async fn consume_link(
    tx: &mut Tx,
    context: Context<'_>,
    found: FoundLink,
) -> Result<(VerificationRequest, Secret)> {
    let core = context.core;
    lock_subject(tx, core, &found.request.subject).await?;
    if found.request.is_decoy || !codes::mark_used(tx, &found.code.id).await? {
        return Err(Refusal::LinkUsed.into());
    }
    let now = core.now();
    let own = RequestId::generate(now, core.rng());
    let request =
        VerificationRequest { id: own, state: RequestState::Requested, created_at: now, ..found.request };
    let grant = insert_verified(tx, context, &request, VerifiedBy::Link).await?;
    Ok((request, grant.ok_or(Refusal::LinkUsed)?))
}

/// Requests a new message to the address of a link that no longer works.
#[tracing::instrument(skip_all)]
pub async fn request_new_message(context: Context<'_>, link: &Secret) -> Result<CreatedRequest> {
    let mut tx = context.core.store.read().await?;
    let FoundLink { request, .. } =
        find_link(&mut tx, context.core, link).await?.ok_or(Refusal::LinkUnknown)?;
    tx.rollback().await?;
    let identifier = Identifier::from_key(&request.identifier).ok_or(Refusal::LinkUnknown)?;
    request_code_for(context, request.purpose, identifier, None).await
}
