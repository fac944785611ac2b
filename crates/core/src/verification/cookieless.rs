//! Requests of apps that keep no cookie between two calls: they are found by address, app and purpose.
//! Requests of other browsers cannot be reached this way, or anybody could use up the attempts of a person
//! waiting on our page. Which request is meant never depends on whether the address has an account
//! (no_oracle).

use crate::Context;
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::purpose::Purpose;
use crate::verification::codes::typed_code::TypedCode;
use crate::verification::codes::{self, CodeCheck, Codes};
use crate::verification::request::limits::limit_by_network;
use crate::verification::request::resend::next_resend_at;
use crate::verification::request::{CodeRequest, request};
use crate::verification::verification_request::VerificationRequest;
use crate::verification::{self, VerifiedGrant, audit_refusal, store, verify_audit_kind};

/// Requests a code. An open request is reused where another message would only have been suppressed.
#[tracing::instrument(skip_all)]
pub async fn request_code(context: Context<'_>, code_request: CodeRequest) -> Result<()> {
    let request_id = find_open_request(context, code_request.purpose, &code_request.identifier).await?;
    let request_id = request_id.map(|request| request.id);
    request(context, code_request, request_id.as_ref()).await.map(|_| ())
}

/// The open request of this app for this purpose and address.
async fn find_open_request(
    context: Context<'_>,
    purpose: Purpose,
    identifier: &Identifier,
) -> Result<Option<VerificationRequest>> {
    let app = context.caller.app_id.as_deref().unwrap_or_default();
    let mut tx = context.core.store.read().await?;
    Ok(store::by_address(&mut tx, &identifier.to_key(), purpose, app).await?)
}

/// Sends another message for the open request of this app. If it has ended, nothing is sent and the waits are
/// the same: otherwise they would reveal when the owner of the address signed in (no_oracle).
#[tracing::instrument(name = "resend_code", skip_all)]
pub async fn resend(context: Context<'_>, purpose: Purpose, identifier: &Identifier) -> Result<()> {
    if let Some(request) = find_open_request(context, purpose, identifier).await? {
        return verification::resend(context, &request.id).await.map(|_| ());
    }
    let app = context.caller.app_id.as_deref().unwrap_or_default();
    let tx = context.core.store.write().await?;
    let mut tx = limit_by_network(tx, context, purpose).await?;
    let Some(ended) = store::newest_by_address(&mut tx, &identifier.to_key(), purpose, app).await? else {
        return Ok(tx.rollback().await?);
    };
    let now = context.now();
    let next = next_resend_at(now, ended.sends.saturating_add(1));
    if !store::count_resend(&mut tx, &ended.id, next, now).await? {
        return Err(Refusal::Throttled { retry_after: ended.resend_at.seconds_after(now) }.into());
    }
    Ok(tx.commit().await?)
}

/// The open request for one of these purposes that the code belongs to; if it belongs to none, the attempt is
/// counted for the first.
async fn find_request_of_code(
    context: Context<'_>,
    purposes: &[Purpose],
    identifier: &Identifier,
    typed: &str,
) -> Result<Option<VerificationRequest>> {
    let mut first = None;
    let typed = TypedCode::parse(typed);
    for purpose in purposes {
        let Some(request) = find_open_request(context, *purpose, identifier).await? else { continue };
        let known = Codes::load(&mut context.core.store.read().await?, context.core, &request).await?;
        let found = typed.as_ref().map(|typed| codes::compare(context.core, typed, &known));
        if let Some(CodeCheck::Current(_)) = found {
            return Ok(Some(request));
        }
        first = first.or(Some(request));
    }
    Ok(first)
}

/// Checks a code for one of these purposes, counted like any other; the right one gives the request and its
/// grant.
#[tracing::instrument(skip_all)]
pub async fn verify_code(
    context: Context<'_>,
    purposes: &[Purpose],
    identifier: &Identifier,
    typed: &str,
) -> Result<(VerificationRequest, VerifiedGrant)> {
    let Some(request) = find_request_of_code(context, purposes, identifier, typed).await? else {
        in_memory::limit_by_network(context, MemoryLimit::Codes)?;
        let purpose = purposes.first().copied().unwrap_or(Purpose::SignIn);
        let kind = verify_audit_kind(purpose);
        return audit_refusal(context, kind, None, Refusal::RequestEnded.into()).await;
    };
    let token = verification::verify_code(context, request.purpose, &request.id, typed).await?;
    let grant = VerifiedGrant { request: request.id.clone(), token };
    Ok((request, grant))
}
