//! Checks before a request is written: is the purpose enabled, may this network or user send requests, may
//! this recipient get a message. The first two refuse openly, because they reveal nothing about any account;
//! the third is silent for everybody but an operator's program.

use crate::db::sql::Tx;
use crate::settings::throttle::Limit;
use crate::throttle::{LimitKind, Rule, check_and_count, is_window_full, network_row_id, row_id};
use crate::types::error::{ConnectorFault, Error, Refusal, Result};
use crate::types::identifier::{Channel, Identifier};
use crate::types::ids::UserId;
use crate::types::purpose::Purpose;
use crate::verification::codes::Codes;
use crate::verification::policy::{RequestLimit, policy};
use crate::verification::request::CodeRequest;
use crate::verification::verification_request::VerificationRequest;
use crate::verification::{audit_refusal, request_audit_kind};
use crate::webhooks::{self, EventContext, WebhookEvent};
use crate::{Context, Core};

/// Whether the flow is offered over the channel of this identifier.
pub(super) fn ensure_enabled(core: &Core, purpose: Purpose, identifier: &Identifier) -> Result<()> {
    let snapshot = core.snapshot();
    let (channels, off) = match purpose {
        Purpose::Reset => (snapshot.channels(), Refusal::RecoveryDisabled),
        Purpose::SignIn => (snapshot.code_kinds().channels(), Refusal::SignInDisabled),
        Purpose::SignUp => (snapshot.sign_up_kinds().channels(), Refusal::SignUpDisabled),
        Purpose::Reauthenticate | Purpose::NewAddress => {
            let why = Refusal::Connector(ConnectorFault::Missing);
            return ensure_connected(core, identifier, why);
        }
        Purpose::External => return ensure_connected(core, identifier, Refusal::IdentifierUnreachable),
    };
    if !channels.any() {
        return Err(off.into());
    }
    let open = match identifier.channel() {
        Some(Channel::Email) => channels.email,
        Some(Channel::Phone) => channels.phone,
        None => false,
    };
    let why = match purpose {
        // The field of the sign-in page also accepts usernames: one is not malformed, but no code can be sent
        // to it.
        Purpose::SignIn => Refusal::IdentifierUnreachable,
        _ => Refusal::IdentifierMalformed,
    };
    open.then_some(()).ok_or(Error::Refused(why))
}

/// Where no journey is offered, it is enough that a connector serves the channel.
fn ensure_connected(core: &Core, identifier: &Identifier, why: Refusal) -> Result<()> {
    let is_served = identifier.channel().is_some_and(|channel| core.snapshot().has_connector_for(channel));
    is_served.then_some(()).ok_or(Error::Refused(why))
}

/// The visible limit, by network or by signed-in user. It takes the transaction and returns it, because a
/// refusal ends it and is audited.
pub(super) async fn limit_requests(tx: Tx, context: Context<'_>, code_request: &CodeRequest) -> Result<Tx> {
    match (policy(context.core, code_request.purpose).request_limit, &code_request.requester) {
        (RequestLimit::Unlimited, _) => Ok(tx),
        (RequestLimit::User, Some(requester)) => {
            let row = row_id(context.core, LimitKind::VerificationRequests, requester.user.as_str());
            let request = RefusedRequest { purpose: code_request.purpose, user: Some(&requester.user) };
            limit_by_row(tx, context, &row, request).await
        }
        (RequestLimit::User | RequestLimit::Network, _) => {
            limit_by_network(tx, context, code_request.purpose).await
        }
    }
}

/// The same for a caller of whom only the network is known.
pub(crate) async fn limit_by_network(tx: Tx, context: Context<'_>, purpose: Purpose) -> Result<Tx> {
    let row = network_row_id(context, LimitKind::VerificationRequests);
    limit_by_row(tx, context, &row, RefusedRequest { purpose, user: None }).await
}

/// What the audit log says of a refused request.
struct RefusedRequest<'a> {
    purpose: Purpose,
    user: Option<&'a UserId>,
}

async fn limit_by_row(
    mut tx: Tx,
    context: Context<'_>,
    row: &str,
    request: RefusedRequest<'_>,
) -> Result<Tx> {
    let limit = context.snapshot().settings.throttle.requests_per_ip;
    let Some(retry_after) = check_and_count(&mut tx, context.core, row, &[Rule::Window(limit)]).await? else {
        return Ok(tx);
    };
    tx.rollback().await?;
    let refused = Refusal::Throttled { retry_after }.into();
    audit_refusal(context, request_audit_kind(request.purpose), request.user, refused).await
}

/// Whether another message for this request would exceed the limit. The limit belongs to the address,
/// whatever the purpose; but if nobody has a working code, one message goes out all the same. Otherwise
/// messages for one purpose or app would block another.
pub(super) async fn should_suppress_message(
    tx: &mut Tx,
    core: &Core,
    event_context: EventContext<'_>,
    request: &VerificationRequest,
) -> Result<bool> {
    let identifier = Identifier::from_key(&request.identifier).ok_or(Refusal::IdentifierMalformed)?;
    let wait = limit_by_recipient(tx, core, event_context, &identifier).await?;
    Ok(wait.is_some() && Codes::load(tx, core, request).await?.has_usable_code(core))
}

/// The limit by recipient: decoys are counted as if they were sent, so that the work is the same. Returns the
/// seconds to wait if this message exceeds it.
pub(super) async fn limit_by_recipient(
    tx: &mut Tx,
    core: &Core,
    event_context: EventContext<'_>,
    identifier: &Identifier,
) -> Result<Option<i64>> {
    let Some(wait) = admit_send(tx, core, identifier).await? else { return Ok(None) };
    let row = row_id(core, LimitKind::Sends, &identifier.to_key());
    if is_window_full(tx, core, &row, core.snapshot().settings.throttle.sends_per_address).await? {
        publish_limit_event(tx, core, event_context, identifier).await?;
    }
    Ok(Some(wait))
}

/// Counts a message to this address, for any purpose; returns the seconds to wait if it exceeds the limit.
async fn admit_send(tx: &mut Tx, core: &Core, identifier: &Identifier) -> Result<Option<i64>> {
    let throttle = core.snapshot().settings.throttle;
    let rules = [Rule::Backoff(throttle.send_backoff), Rule::Window(throttle.sends_per_address)];
    check_and_count(tx, core, &row_id(core, LimitKind::Sends, &identifier.to_key()), &rules).await
}

/// Publishes once a window: a caller who keeps sending requests must not fill the disk with webhook
/// deliveries.
async fn publish_limit_event(
    tx: &mut Tx,
    core: &Core,
    event_context: EventContext<'_>,
    identifier: &Identifier,
) -> Result<()> {
    let once = Limit { limit: 1, window: core.snapshot().settings.throttle.sends_per_address.window };
    let row = row_id(core, LimitKind::LimitEvents, &identifier.to_key());
    match check_and_count(tx, core, &row, &[Rule::Window(once)]).await? {
        Some(_) => Ok(()),
        None => {
            webhooks::publish(tx, core, event_context, WebhookEvent::MessageRateLimited(identifier)).await
        }
    }
}
