//! Verifies a request by its code. The attempt is counted before the code is compared; a sign-in code and a
//! signed-in user's own code are also sign-in attempts, and count for the identifier's lockout.

use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::types::error::{Error, Refusal, Result};
use crate::types::ids::{RequestId, UserId};
use crate::types::purpose::Purpose;
use crate::types::secret::{Secret, generate_token};
use crate::verification::attempt::{CountedAttempt, attempts_left, count_attempt, record_wrong_attempt};
use crate::verification::codes::typed_code::TypedCode;
use crate::verification::codes::{self, CodeCheck, Codes};
use crate::verification::mark_verified::mark_verified;
use crate::verification::policy::{GrantKind, MalformedCode, Policy, policy};
use crate::verification::verification_request::{RequestState, VerificationRequest, VerifiedBy};
use crate::verification::{audit_refusal, audit_verification, store, verify_audit_kind};
use crate::{Context, Core};

/// A code that was typed.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The purpose that it is for.
    pub purpose: Purpose,
    /// The request in which it was typed.
    pub request: &'a RequestId,
    /// The code as typed.
    pub typed: &'a str,
    /// The signed-in user who typed it, if one did.
    pub user: Option<&'a UserId>,
}

/// Checks a code for the held request, which must be for this purpose. The right one gives a grant, the only
/// thing that allows the next step, to this browser alone.
#[tracing::instrument(skip_all)]
pub async fn verify_code(
    context: Context<'_>,
    purpose: Purpose,
    request_id: &RequestId,
    typed: &str,
) -> Result<Secret> {
    let grant = verify(context, Attempt { purpose, request: request_id, typed, user: None }).await?;
    grant.ok_or_else(|| Refusal::GrantInvalid.into())
}

/// Checks a code for any purpose; the right one verifies its request and gives its grant, if it has one.
pub async fn verify(context: Context<'_>, attempt: Attempt<'_>) -> Result<Option<Secret>> {
    let core = context.core;
    let policy = policy(core, attempt.purpose);
    let typed = TypedCode::parse(attempt.typed);
    if typed.is_none() && policy.malformed == MalformedCode::Refused {
        return Err(Refusal::CodeMalformed.into());
    }
    let mut tx = core.store.write().await?;
    let counted = match count_attempt(&mut tx, core, &policy, attempt.purpose, attempt.request).await {
        Ok(counted) => counted,
        Err(refused) => {
            tx.rollback().await?;
            let kind = verify_audit_kind(attempt.purpose);
            return audit_refusal(context, kind, attempt.user, refused).await;
        }
    };
    let verdict = check_typed(&mut tx, context, &policy, &counted, typed.as_ref()).await?;
    let result = verdict.as_ref().map_or_else(Refusal::code, |_| "success");
    audit_verification(&mut tx, context, &counted.request, result).await?;
    tx.commit().await?;
    enqueue::wake_sender(core);
    verdict.map_err(Error::Refused)
}

/// Compares the code of a counted attempt and records what came of it; the outer result is the database's.
async fn check_typed(
    tx: &mut Tx,
    context: Context<'_>,
    policy: &Policy,
    counted: &CountedAttempt,
    typed: Option<&TypedCode>,
) -> Result<Result<Option<Secret>, Refusal>> {
    let core = context.core;
    let request = &counted.request;
    let found = match typed {
        Some(typed) => codes::compare(core, typed, &Codes::load(tx, core, request).await?),
        None => CodeCheck::Wrong,
    };
    let grant = (policy.grant == GrantKind::Token).then(|| generate_token(core.rng()));
    if use_code(tx, core, request, &found, grant.as_ref()).await? {
        return Ok(Ok(grant));
    }
    Ok(Err(refuse_wrong_code(tx, context, policy, &found, counted).await?))
}

/// Consumes the code and verifies the request in which it was typed, whichever request caused it; false for a
/// decoy or a wrong code.
async fn use_code(
    tx: &mut Tx,
    core: &Core,
    request: &VerificationRequest,
    found: &CodeCheck,
    grant: Option<&Secret>,
) -> Result<bool> {
    let CodeCheck::Current(code) = found else { return Ok(false) };
    Ok(store::codes::mark_used(tx, code).await?
        && mark_verified(tx, core, request, VerifiedBy::Code, grant).await?)
}

/// The refusal for a wrong code.
async fn refuse_wrong_code(
    tx: &mut Tx,
    context: Context<'_>,
    policy: &Policy,
    found: &CodeCheck,
    counted: &CountedAttempt,
) -> Result<Refusal> {
    let closing = record_wrong_attempt(tx, context, policy, counted).await?;
    Ok(closing.unwrap_or_else(|| code_refusal(policy, found, &counted.request)))
}

fn code_refusal(policy: &Policy, found: &CodeCheck, request: &VerificationRequest) -> Refusal {
    if request.state == RequestState::Exhausted && policy.tells_last_try {
        return Refusal::CodeExhausted;
    }
    let tries_left = attempts_left(policy, request);
    match found {
        CodeCheck::Superseded => Refusal::CodeSuperseded { tries_left },
        CodeCheck::Expired => Refusal::CodeExpired,
        CodeCheck::Current(_) | CodeCheck::Wrong => Refusal::CodeWrong { tries_left },
    }
}
