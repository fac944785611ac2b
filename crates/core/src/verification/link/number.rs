//! The number that lets the waiting window of a link continue. A wrong one counts like a wrong code, and the
//! grant goes to that window alone.

use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::characters::ascii_digit;
use crate::types::ids::RequestId;
use crate::types::secret::{Secret, generate_token, sha256_digest};
use crate::verification::attempt::{attempts_left, count_attempt, notify_if_blocked};
use crate::verification::link::{FoundLink, check_link, find_link};
use crate::verification::mark_verified::{mark_verified, new_grant_expiry};
use crate::verification::policy::policy;
use crate::verification::store::{codes, verified_grants};
use crate::verification::verification_request::{VerificationRequest, VerifiedBy};
use crate::verification::{audit_refusal, audit_verification, verify_audit_kind};
use crate::{Context, Core};

/// Lets the waiting window continue: its two digits were typed on the page of the link. A wrong number counts
/// like a wrong code.
#[tracing::instrument(name = "match_link_number", skip_all)]
pub async fn match_number(context: Context<'_>, link: &Secret, typed: &str) -> Result<()> {
    let core = context.core;
    let mut tx = core.store.write().await?;
    let found = find_link(&mut tx, core, link).await?.ok_or(Refusal::LinkUnknown)?;
    check_link(core, &found)?;
    let FoundLink { code, request, .. } = found;
    let policy = policy(core, request.purpose);
    let counted = match count_attempt(&mut tx, core, &policy, request.purpose, &request.id).await {
        Ok(counted) => counted,
        Err(refused) => {
            tx.rollback().await?;
            return audit_refusal(context, verify_audit_kind(request.purpose), None, refused).await;
        }
    };
    let request = &counted.request;
    let opened = is_matching_number(&mut tx, request, typed).await?
        && codes::mark_used(&mut tx, &code.id).await?
        && mark_verified(&mut tx, core, request, VerifiedBy::Number, None).await?;
    if !opened {
        notify_if_blocked(&mut tx, context, &counted).await?;
    }
    let result = if opened { "success" } else { "number.wrong" };
    audit_verification(&mut tx, context, request, result).await?;
    tx.commit().await?;
    enqueue::wake_sender(core);
    opened
        .then_some(())
        .ok_or(Error::Refused(Refusal::NumberWrong { tries_left: attempts_left(&policy, request) }))
}

/// Whether the number is that of the window that requested this message, and of no other that waits for the
/// same address: a stranger's window must not continue because it happens to show the same two digits as the
/// owner's.
async fn is_matching_number(tx: &mut Tx, request: &VerificationRequest, typed: &str) -> Result<bool> {
    let digits: String = typed.chars().filter_map(ascii_digit).collect();
    Ok(digits == request.number.to_string() && !verified_grants::shares_number(tx, request).await?)
}

/// The waiting window collects the grant that the matched number released for it.
#[tracing::instrument(skip_all)]
pub async fn collect_grant(core: &Core, request_id: &RequestId) -> Result<Secret> {
    let grant = generate_token(core.rng());
    let mut tx = core.store.write().await?;
    let taken = verified_grants::take_grant(
        &mut tx,
        request_id,
        &sha256_digest(grant.expose()),
        new_grant_expiry(core),
        core.now(),
    )
    .await?;
    tx.commit().await?;
    taken.then_some(grant).ok_or(Error::Refused(Refusal::GrantInvalid))
}
