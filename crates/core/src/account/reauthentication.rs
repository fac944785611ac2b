//! Reauthentication: proving again that one is the user of the token, or that a new address is one's own. A
//! correct proof is a record valid for ten minutes; codes are sent and checked by `verification`. A code goes
//! to any new address, taken or not; that it is taken is only reported when it would be set, to somebody who
//! can read its mail.

use crate::account::authorization::Principal;
use crate::account::current_password::verify_current_password;
use crate::audit::event::{Event, EventKind};
use crate::throttle::{LimitKind, clear_failures, row_id};
use crate::types::error::{AccountApiError, Error, Result};
use crate::types::identifier::Identifier;
use crate::types::ids::RequestId;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::verification::store::records;
use crate::verification::verification_request::VerificationRequest;
use crate::verification::{self, Requester};
use crate::{Context, Core, audit};

/// A request for a code.
#[derive(Clone, Debug)]
pub struct CodeRequest {
    /// The address to send it to.
    pub identifier: Identifier,
    /// Whether the caller asked for it as a proof of identity; without that, it is one if the address is the
    /// user's own.
    pub for_permission: bool,
}

/// Reauthenticates the user by their password.
#[tracing::instrument(skip_all)]
pub async fn reauthenticate_by_password(
    context: Context<'_>,
    principal: &Principal,
    typed: &Secret,
) -> Result<VerificationRequest> {
    let user = &principal.user;
    if let Err(error) = verify_current_password(context, user, user.usable_digest(), Some(typed)).await {
        return audit_refusal(context, principal, error).await;
    }
    let mut tx = context.core.store.write().await?;
    // The password is proof of identity, so the count of wrong codes in a row is reset.
    clear_failures(&mut tx, &row_id(context.core, LimitKind::Guesses, user.id.as_str())).await?;
    let record = verification::create_record_by_password(&mut tx, context, user).await?;
    tx.commit().await?;
    Ok(record)
}

/// Audits a refusal whose transaction wrote nothing.
async fn audit_refusal<T>(context: Context<'_>, principal: &Principal, error: Error) -> Result<T> {
    let refused = |code| Event::refused(EventKind::Verification, code, Some(principal.user.id.clone()));
    audit::record_if_refused(context, Err(error), refused).await
}

/// Sends a code. A user who asks too often is throttled openly; an address that received too many messages
/// silently gets none, and the response is the record that still waits for its code.
#[tracing::instrument(name = "send_account_code", skip_all)]
pub async fn send_code(
    context: Context<'_>,
    principal: &Principal,
    wanted: &CodeRequest,
) -> Result<VerificationRequest> {
    let owns_address = principal.user.identifiers().contains(&wanted.identifier);
    let purpose =
        if wanted.for_permission || owns_address { Purpose::Reauthenticate } else { Purpose::NewAddress };
    let request = verification::CodeRequest {
        requester: Some(Requester { user: principal.user.id.clone(), owns_address }),
        ..verification::CodeRequest::new(purpose, wanted.identifier.clone())
    };
    verification::request(context, request, None).await
}

/// A code that somebody typed.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The address that it should prove.
    pub identifier: &'a Identifier,
    /// The id of the record that it is for.
    pub record: &'a str,
    /// The code.
    pub code: &'a str,
}

/// Checks a code for a record of this user and this address.
#[tracing::instrument(name = "verify_account_code", skip_all)]
pub async fn verify_code(context: Context<'_>, principal: &Principal, attempt: Attempt<'_>) -> Result<()> {
    let record = match find_record(context.core, principal, attempt).await {
        Ok(record) => record,
        Err(refused) => return audit_refusal(context, principal, refused).await,
    };
    let attempt = verification::Attempt {
        purpose: record.purpose,
        request: &record.id,
        typed: attempt.code,
        user: Some(&principal.user.id),
    };
    verification::verify(context, attempt).await.map(|_| ())
}

/// The user's record, which must be for this address.
async fn find_record(
    core: &Core,
    principal: &Principal,
    attempt: Attempt<'_>,
) -> Result<VerificationRequest> {
    let id = RequestId(attempt.record.to_owned());
    let found = records::by_id(&mut core.store.read().await?, &principal.user.id, &id, core.now()).await?;
    let record = found.ok_or(AccountApiError::VerificationInvalid)?;
    match attempt.identifier {
        identifier if identifier.to_key() == record.identifier => Ok(record),
        Identifier::Phone(_) => Err(AccountApiError::OtherPhone.into()),
        Identifier::Email(_) | Identifier::Username(_) => Err(AccountApiError::OtherEmail.into()),
    }
}
