//! Verification codes with which an operator's program verifies an address for its own purposes. No account
//! is needed and none is opened: the program only learns that the address is the user's. It holds no request,
//! so a code is checked for the newest one of its address.

use crate::Context;
use crate::types::error::{Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::purpose::Purpose;
use crate::verification::{self, Attempt, CodeRequest, audit_refusal, store, verify_audit_kind};

/// Sends a code. `IdentifierUnreachable` when no connector serves the channel, `Throttled` when the address
/// got too many messages: the caller is an API client and may know.
#[tracing::instrument(name = "send_verification_code", skip_all)]
pub async fn send(context: Context<'_>, to: &Identifier) -> Result<()> {
    let code_request = CodeRequest::new(Purpose::External, to.clone());
    verification::request(context, code_request, None).await.map(|_| ())
}

/// Checks a code, and consumes it when it is right. `RequestEnded` when the address has none.
#[tracing::instrument(name = "verify_verification_code", skip_all)]
pub async fn verify(context: Context<'_>, of: &Identifier, typed: &str) -> Result<()> {
    let mut tx = context.core.store.read().await?;
    let found = store::newest_external(&mut tx, &of.to_key()).await?;
    tx.rollback().await?;
    let Some(found) = found else {
        let kind = verify_audit_kind(Purpose::External);
        return audit_refusal(context, kind, None, Refusal::RequestEnded.into()).await;
    };
    let attempt = Attempt { purpose: Purpose::External, request: &found.id, typed, user: None };
    verification::verify(context, attempt).await.map(|_| ())
}
