//! What a request passes before anything is written: is what it is for on, may this network ask, may this recipient be written to.
//! The first two answer openly, because they say nothing about any account; the third is silent.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::identifier::{Channel, Identifier};
use crate::model::recovery::{InteractionEvent, RecoveryRequest};
use crate::model::settings::throttle::Limit;
use crate::store::sql::Tx;

use super::super::codes::Codes;
use super::super::throttle::{LimitKind, Rule, check_and_count, is_window_full, network_row_id, row_id};
use super::super::webhooks::{self, EventContext, WebhookEvent};
use super::super::{Core, audit};
use super::request_audit_kind;

/// Whether what it is for is offered over the channel of this identifier.
pub(super) fn ensure_enabled(rekey: &Core, event: InteractionEvent, identifier: &Identifier) -> Result<()> {
    let live = rekey.snapshot();
    let (channels, off) = match event {
        InteractionEvent::ForgotPassword => (live.channels(), Refusal::RecoveryDisabled),
        InteractionEvent::SignIn => (live.code_kinds().channels(), Refusal::SignInDisabled),
        InteractionEvent::Register => (live.sign_up_kinds().channels(), Refusal::SignUpDisabled),
    };
    if !channels.any() {
        return Err(off.into());
    }
    let open = match identifier.channel() {
        Some(Channel::Email) => channels.email,
        Some(Channel::Phone) => channels.phone,
        None => false,
    };
    let why = match event {
        // The field of the sign-in page takes names, too: it is not malformed, only not to be reached.
        InteractionEvent::SignIn => Refusal::IdentifierUnreachable,
        InteractionEvent::ForgotPassword | InteractionEvent::Register => Refusal::IdentifierMalformed,
    };
    open.then_some(()).ok_or(Error::Refused(why))
}

/// The visible limit, by network. It takes the transaction and gives it back, because a refusal ends it and is audited.
pub(in crate::domain) async fn limit_by_ip(
    mut tx: Tx,
    rekey: &Core,
    caller: &Caller,
    event: InteractionEvent,
) -> Result<Tx> {
    let limit = rekey.snapshot().settings.throttle.requests_per_ip;
    let row = network_row_id(rekey, LimitKind::RecoveryRequests, caller);
    let Some(retry_after) = check_and_count(&mut tx, rekey, &row, &[Rule::Window(limit)]).await? else {
        return Ok(tx);
    };
    tx.rollback().await?;
    let refused = Refusal::Throttled { retry_after };
    audit::record_refusal(rekey, caller, request_audit_kind(event), &refused).await?;
    Err(refused.into())
}

/// Whether another message for this request would be one too many. The limit is the address's, whatever is asked for; but where nobody has a
/// code that works, one goes out all the same, or messages for one purpose, or for one app, would take the way of another away.
pub(in crate::domain) async fn should_suppress_message(
    tx: &mut Tx,
    rekey: &Core,
    scene: EventContext<'_>,
    request: &RecoveryRequest,
) -> Result<bool> {
    let identifier = Identifier::from_key(&request.identifier).ok_or(Refusal::IdentifierMalformed)?;
    let is_over = limit_by_recipient(tx, rekey, scene, &identifier).await?;
    Ok(is_over && Codes::load(tx, rekey, request).await?.has_usable_code(rekey))
}

/// The silent limit, by recipient: it counts decoys as if they were sent to, so that the work is the same.
pub(in crate::domain) async fn limit_by_recipient(
    tx: &mut Tx,
    rekey: &Core,
    scene: EventContext<'_>,
    identifier: &Identifier,
) -> Result<bool> {
    if admit_send(tx, rekey, identifier).await?.is_none() {
        return Ok(false);
    }
    let row = row_id(rekey, LimitKind::Sends, &identifier.to_key());
    if is_window_full(tx, rekey, &row, rekey.snapshot().settings.throttle.sends_per_address).await? {
        publish_limit_event(tx, rekey, scene, identifier).await?;
    }
    Ok(true)
}

/// Counts a message to this address, for whatever purpose; the seconds to wait when it would be one too many.
pub(in crate::domain) async fn admit_send(
    tx: &mut Tx,
    rekey: &Core,
    identifier: &Identifier,
) -> Result<Option<i64>> {
    let throttle = rekey.snapshot().settings.throttle;
    let rules = [Rule::Backoff(throttle.send_backoff), Rule::Window(throttle.sends_per_address)];
    check_and_count(tx, rekey, &row_id(rekey, LimitKind::Sends, &identifier.to_key()), &rules).await
}

/// Once a window: whoever asks on and on must not fill the disk with what hooks are to be told.
async fn publish_limit_event(
    tx: &mut Tx,
    rekey: &Core,
    scene: EventContext<'_>,
    identifier: &Identifier,
) -> Result<()> {
    let once = Limit { limit: 1, window: rekey.snapshot().settings.throttle.sends_per_address.window };
    let row = row_id(rekey, LimitKind::LimitEvents, &identifier.to_key());
    match check_and_count(tx, rekey, &row, &[Rule::Window(once)]).await? {
        Some(_) => Ok(()),
        None => webhooks::publish(tx, rekey, scene, WebhookEvent::MessageRateLimited(identifier)).await,
    }
}
