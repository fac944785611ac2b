//! The one engine that sends and checks verification codes and links: `request`, `resend`, `verify_code`,
//! `link::verify_link`, `status` and `grant::consume`. What a request is for is its `Purpose`, and what
//! differs between purposes is a `Policy`; what the grant is used for is up to its clients (`recovery`,
//! `sign_in`, `sign_up`, `account`). A request is created for every well-formed identifier; one that
//! cannot lead anywhere is a decoy that does the same work, so nothing outside tells them apart
//! (no_oracle).

mod attempt;
mod codes;
pub mod cookieless;
pub mod external;
pub mod grant;
pub mod link;
mod mark_verified;
mod policy;
pub(crate) mod request;
pub mod status;
pub mod store;
pub mod verification_request;
mod verify_code;

use crate::audit::event::{Event, EventKind};
use crate::db::sql::Tx;
use crate::types::caller::Caller;
use crate::types::error::{Error, Result};
use crate::types::identifier::{Channel, Identifier};
use crate::types::ids::{RequestId, UserId};
use crate::types::purpose::Purpose;
use crate::verification::verification_request::{VerificationRequest, VerifiedBy};
use crate::{Context, Core, audit};

pub use crate::verification::codes::{mark_delivered, mark_dropped};
pub use crate::verification::grant::VerifiedGrant;
pub(crate) use crate::verification::mark_verified::{
    Preverification, create_preverified_request, create_record_by_password,
};
pub use crate::verification::request::resend::resend;
pub use crate::verification::request::{
    CodeRequest, CreatedRequest, Requester, request, request_code, request_code_for,
};
pub use crate::verification::verify_code::{Attempt, verify, verify_code};

/// Cancels the held request, because the address was the wrong one.
#[tracing::instrument(name = "cancel_verification", skip_all)]
pub async fn cancel(core: &Core, request_id: &RequestId) -> Result<()> {
    let mut tx = core.store.write().await?;
    store::mark_cancelled(&mut tx, request_id).await?;
    Ok(tx.commit().await?)
}

/// The audit event for requesting a code.
const fn request_audit_kind(purpose: Purpose) -> EventKind {
    match purpose {
        Purpose::Reset => EventKind::PasswordResetInit,
        Purpose::SignIn => EventKind::SignInInit,
        Purpose::SignUp => EventKind::SignUpInit,
        Purpose::Reauthenticate | Purpose::NewAddress => EventKind::Verification,
        Purpose::External => EventKind::VerificationCodeSend,
    }
}

/// The audit event for checking a proof.
pub(crate) const fn verify_audit_kind(purpose: Purpose) -> EventKind {
    match purpose {
        Purpose::Reset => EventKind::PasswordResetVerify,
        Purpose::SignIn => EventKind::SignInVerify,
        Purpose::SignUp => EventKind::SignUpVerify,
        Purpose::Reauthenticate | Purpose::NewAddress => EventKind::Verification,
        Purpose::External => EventKind::VerificationCodeVerify,
    }
}

/// Audits a message that was requested. A reauthentication is one kind of event from here to its proof.
async fn audit_request(tx: &mut Tx, context: Context<'_>, request: &VerificationRequest) -> Result<()> {
    let kind = request_audit_kind(request.purpose);
    let result = if kind == EventKind::Verification { "sent" } else { "success" };
    let event = Event::with_result(kind, result, request.user_id.clone());
    let event = about(event, context.caller, request).with_channel(request_channel(request));
    audit::record(tx, context, &event).await
}

/// Audits the result of checking a code or link.
async fn audit_verification(
    tx: &mut Tx,
    context: Context<'_>,
    request: &VerificationRequest,
    result: &'static str,
) -> Result<()> {
    let event = Event::with_result(verify_audit_kind(request.purpose), result, request.user_id.clone());
    let event = about(event, context.caller, request).with_channel(request_channel(request));
    audit::record(tx, context, &event).await
}

/// What an event is about: the request, or for an operator's program its key, because it knows no request.
fn about(event: Event, caller: &Caller, request: &VerificationRequest) -> Event {
    match (request.purpose, &caller.key) {
        (Purpose::External, Some(key)) => event.with_subject(key),
        _ => event.with_subject(request.id.as_str()),
    }
}

/// The channel of the message, for the journeys that are counted by channel; none where something else than a
/// message was the proof.
fn request_channel(request: &VerificationRequest) -> Option<Channel> {
    let is_message = !matches!(request.verified_by, Some(VerifiedBy::Token | VerifiedBy::Password));
    let identifier = Identifier::from_key(&request.identifier).filter(|_| is_message);
    request.purpose.event().and(identifier).and_then(|identifier| identifier.channel())
}

/// Audits a refusal whose transaction was rolled back. An operator's program is named by its key, as in every
/// other entry about its codes; where nobody is signed in, only the network is known.
async fn audit_refusal<T>(
    context: Context<'_>,
    kind: EventKind,
    user: Option<&UserId>,
    refused: Error,
) -> Result<T> {
    match (&refused, user) {
        (Error::Refused(refusal), Some(user)) => {
            let event = Event::refused(kind, refusal.code(), Some(user.clone()));
            audit::record_alone(context, &event).await?;
        }
        (Error::Refused(refusal), None) if kind == EventKind::VerificationCodeVerify => {
            let refused = Event::refused(kind, refusal.code(), None);
            audit::record_alone(context, &Event { about: context.caller.key.clone(), ..refused }).await?;
        }
        (Error::Refused(refusal), None) => audit::record_refusal(context, kind, refusal).await?,
        (Error::Failed(_), _) => {}
    }
    Err(refused)
}
