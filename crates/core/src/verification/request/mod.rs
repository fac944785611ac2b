//! Requests a code: writes the request and sends its message. The answer is the same for everyone, and so is
//! the work (no_oracle).

pub(super) mod addressee;
pub(crate) mod limits;
mod message;
pub(super) mod plan;
pub(super) mod resend;

use crate::Context;
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::{RequestId, UserId};
use crate::types::purpose::Purpose;
use crate::verification::policy::{GrantKind, policy};
use crate::verification::request::addressee::Addressee;
use crate::verification::request::limits::{ensure_enabled, limit_requests};
use crate::verification::request::message::enqueue_message;
use crate::verification::request::plan::{new_request, plan_request};
use crate::verification::store;
use crate::verification::verification_request::VerificationRequest;
use crate::verification::{audit_refusal, audit_request, request_audit_kind};

/// A request that was created, for the browser to hold.
#[derive(Clone, Debug)]
pub struct CreatedRequest {
    /// The request.
    pub request: RequestId,
    /// The canonical identifier.
    pub identifier: Identifier,
}

/// A request for a code.
#[derive(Clone, Debug)]
pub struct CodeRequest {
    /// Its purpose.
    pub purpose: Purpose,
    /// The recipient.
    pub identifier: Identifier,
    /// Whether a sign-in code may create an account for somebody who has none.
    pub may_create_account: bool,
    /// Whether the link also names its token as `token=…`, for an app whose users paste it.
    pub names_link_token: bool,
    /// The signed-in user who requests it, if one does.
    pub requester: Option<Requester>,
}

/// The signed-in user who requests a code.
#[derive(Clone, Debug)]
pub struct Requester {
    /// The user.
    pub user: UserId,
    /// Whether the recipient is an address of theirs.
    pub owns_address: bool,
}

impl CodeRequest {
    /// A code that creates no account, requested by somebody who is not signed in.
    pub const fn new(purpose: Purpose, identifier: Identifier) -> Self {
        Self { purpose, identifier, may_create_account: false, names_link_token: false, requester: None }
    }
}

/// Requests a code. `request_id` is the request that this browser already holds, which is reused when it is
/// for the same identifier and purpose and another message would only have been suppressed.
#[tracing::instrument(skip_all)]
pub async fn request_code(
    context: Context<'_>,
    purpose: Purpose,
    typed: &str,
    request_id: Option<&RequestId>,
) -> Result<CreatedRequest> {
    let identifier = Identifier::try_parse(typed)?;
    request_code_for(context, purpose, identifier, request_id).await
}

/// The same for an identifier that is known to be well-formed.
#[tracing::instrument(name = "request_code", skip_all)]
pub async fn request_code_for(
    context: Context<'_>,
    purpose: Purpose,
    identifier: Identifier,
    request_id: Option<&RequestId>,
) -> Result<CreatedRequest> {
    let code_request = CodeRequest::new(purpose, identifier.clone());
    let request = request(context, code_request, request_id).await?;
    Ok(CreatedRequest { request: request.id, identifier })
}

/// Requests a code for any purpose; returns the request that waits for it.
pub async fn request(
    context: Context<'_>,
    code_request: CodeRequest,
    request_id: Option<&RequestId>,
) -> Result<VerificationRequest> {
    match request_once(context, code_request.clone(), request_id).await {
        // The account was deleted meanwhile. The second time it is unknown, and so is the answer (no_oracle).
        Err(Error::Refused(Refusal::NotFound)) => request_once(context, code_request, request_id).await,
        other => other,
    }
}

async fn request_once(
    context: Context<'_>,
    code_request: CodeRequest,
    request_id: Option<&RequestId>,
) -> Result<VerificationRequest> {
    let purpose = code_request.purpose;
    ensure_enabled(context.core, purpose, &code_request.identifier)?;
    let tx = context.core.store.write().await?;
    let mut tx = limit_requests(tx, context, &code_request).await?;
    let addressee = Addressee::load(&mut tx, code_request).await?;
    match write_request(&mut tx, context, &addressee, request_id).await {
        Ok(request) => {
            tx.commit().await?;
            enqueue::wake_sender(context.core);
            Ok(request)
        }
        Err(refused @ Error::Refused(_)) => {
            tx.rollback().await?;
            audit_refusal(context, request_audit_kind(purpose), None, refused).await
        }
        failed => failed,
    }
}

/// Writes the request, or keeps an earlier one, and its message.
async fn write_request(
    tx: &mut Tx,
    context: Context<'_>,
    addressee: &Addressee,
    request_id: Option<&RequestId>,
) -> Result<VerificationRequest> {
    let fresh = new_request(context, addressee);
    let plan = plan_request(tx, context, addressee, &fresh, request_id).await?;
    let request = match plan.kept {
        Some(request) => request,
        None => {
            store::insert(tx, &fresh).await?;
            fresh
        }
    };
    if plan.is_sent {
        enqueue_message(tx, context, &request, addressee).await?;
    }
    // A record that keeps waiting for the code of an earlier message was not sent again; journeys are audited
    // the same whether or not the limit suppressed the message.
    if plan.is_sent || policy(context.core, request.purpose).grant != GrantKind::Record {
        audit_request(tx, context, &request).await?;
    }
    Ok(request)
}
