//! Sends another message for the held request. The delay is enforced here and is the same for everyone; for a
//! request that has ended a new one is created, so that the button always works.

use crate::Context;
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::RequestId;
use crate::types::time::Timestamp;
use crate::verification::audit_request;
use crate::verification::request::addressee::Addressee;
use crate::verification::request::limits::{limit_by_network, should_suppress_message};
use crate::verification::request::message::enqueue_message;
use crate::verification::request::{CodeRequest, CreatedRequest, request};
use crate::verification::store;
use crate::verification::verification_request::{RequestState, VerificationRequest};
use crate::webhooks::EventContext;

/// The visible delays before another message, in seconds, by how many were requested.
const RESEND_WAITS_SECONDS: [i64; 4] = [30, 60, 120, 300];

/// Sends another message for the held request.
#[tracing::instrument(name = "resend_code", skip_all)]
pub async fn resend(context: Context<'_>, request_id: &RequestId) -> Result<CreatedRequest> {
    let mut tx = context.core.store.write().await?;
    // Only a browser or an app without a user waits for another message of the same request.
    let found = store::by_id(&mut tx, request_id).await?.filter(|found| found.purpose.event().is_some());
    let found = found.ok_or(Refusal::RequestEnded)?;
    let identifier = Identifier::from_key(&found.identifier).ok_or(Refusal::RequestEnded)?;
    if found.state != RequestState::Requested {
        tx.rollback().await?;
        let created = request(context, repeat_code_request(&found, &identifier), None).await?;
        return Ok(CreatedRequest { request: created.id, identifier });
    }
    let mut tx = limit_by_network(tx, context, found.purpose).await?;
    // The delay is checked before the silent limit counts anything, so an early click costs nothing.
    if found.resend_at > context.now() {
        return Err(Refusal::Throttled { retry_after: found.resend_at.seconds_after(context.now()) }.into());
    }
    let request = send_again(&mut tx, context, &found, &identifier).await?;
    audit_request(&mut tx, context, &request).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Ok(CreatedRequest { request: request.id, identifier })
}

/// Counts the message, and sends it if the recipient may get one.
async fn send_again(
    tx: &mut Tx,
    context: Context<'_>,
    found: &VerificationRequest,
    identifier: &Identifier,
) -> Result<VerificationRequest> {
    let event_context = EventContext::during(context.caller, found.purpose, found.id.as_str());
    let is_suppressed = should_suppress_message(tx, context.core, event_context, found).await?;
    let now = context.now();
    let next = next_resend_at(now, found.sends.saturating_add(1));
    let request = store::mark_resent(tx, &found.id, next, now).await?.ok_or(Refusal::RequestEnded)?;
    if !is_suppressed {
        let addressee = Addressee::load(tx, repeat_code_request(&request, identifier)).await?;
        enqueue_message(tx, context, &request, &addressee).await?;
    }
    Ok(request)
}

/// The same request once more.
fn repeat_code_request(request: &VerificationRequest, identifier: &Identifier) -> CodeRequest {
    let may_create_account = request.may_create_account();
    CodeRequest { may_create_account, ..CodeRequest::new(request.purpose, identifier.clone()) }
}

/// When another message may be requested after this many.
pub(in crate::verification) fn next_resend_at(now: Timestamp, sends: i64) -> Timestamp {
    now.plus_seconds(resend_wait_seconds(sends))
}

fn resend_wait_seconds(sends: i64) -> i64 {
    let index = usize::try_from(sends.saturating_sub(1)).unwrap_or(0).min(RESEND_WAITS_SECONDS.len() - 1);
    RESEND_WAITS_SECONDS.get(index).copied().unwrap_or(300)
}

/// When the window of a request last asked for a message.
pub(in crate::verification) fn last_request_at(request: &VerificationRequest) -> Timestamp {
    request.resend_at.plus_seconds(-resend_wait_seconds(request.sends))
}
