//! Checks before a request is written: is the flow enabled, may this network send requests, may this
//! recipient get a message. The first two refuse openly, because they reveal nothing about any account; the
//! third is silent.

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

/// Whether the flow is offered over the channel of this identifier.
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
        // The field of the sign-in page also accepts usernames: one is not malformed, but no code can be sent
        // to it.
        InteractionEvent::SignIn => Refusal::IdentifierUnreachable,
        InteractionEvent::ForgotPassword | InteractionEvent::Register => Refusal::IdentifierMalformed,
    };
    open.then_some(()).ok_or(Error::Refused(why))
}

/// The visible limit, by network. It takes the transaction and returns it, because a refusal ends it and is
/// audited.
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

/// Whether another message for this request would exceed the limit. The limit belongs to the address,
/// whatever the purpose; but if nobody has a working code, one message goes out all the same. Otherwise
/// messages for one purpose or app would block another.
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

/// The silent limit, by recipient: decoys are counted as if they were sent, so that the work is the same.
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

/// Counts a message to this address, for any purpose; returns the seconds to wait if it exceeds the limit.
pub(in crate::domain) async fn admit_send(
    tx: &mut Tx,
    rekey: &Core,
    identifier: &Identifier,
) -> Result<Option<i64>> {
    let throttle = rekey.snapshot().settings.throttle;
    let rules = [Rule::Backoff(throttle.send_backoff), Rule::Window(throttle.sends_per_address)];
    check_and_count(tx, rekey, &row_id(rekey, LimitKind::Sends, &identifier.to_key()), &rules).await
}

/// Publishes once a window: a caller who keeps sending requests must not fill the disk with webhook
/// deliveries.
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
