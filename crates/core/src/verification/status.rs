//! The status of the held request, for the page that waits. It only reads, and depends only on what this
//! browser did: it is the same for a decoy, and nothing that the owner of the address does elsewhere changes
//! it. Otherwise a request for another person's address would reveal what that person does.

use crate::Core;
use crate::types::error::Result;
use crate::types::identifier::Identifier;
use crate::types::ids::RequestId;
use crate::types::secret::{Secret, ct_eq, sha256_digest};
use crate::verification::policy::policy;
use crate::verification::request::resend::last_request_at;
use crate::verification::store;
use crate::verification::verification_request::{RequestState, VerificationRequest, VerifiedBy};

/// What the waiting page shows.
#[derive(Clone, Debug)]
pub struct RequestStatus {
    /// The stage.
    pub stage: RequestStage,
    /// How it was verified, if it was.
    pub verified_by: Option<VerifiedBy>,
    /// The identifier.
    pub identifier: Identifier,
    /// The number that matches this window to the page of the link.
    pub number: i64,
    /// Messages requested so far.
    pub sends: i64,
    /// Seconds until another may be requested.
    pub resend_in: i64,
    /// Seconds until the newest code expires.
    pub expires_in: i64,
}

/// The stages a waiting window can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestStage {
    /// A code is awaited.
    Waiting,
    /// The newest code has expired.
    Expired,
    /// Too many wrong codes.
    Exhausted,
    /// Verified by this browser, whose time to act on it has run out.
    GrantExpired,
    /// Cancelled or completed.
    Ended,
    /// Its own code was verified, but this browser no longer has the grant.
    VerifiedElsewhere,
    /// The number was matched: this window may collect its grant.
    NumberMatched,
    /// This window holds the grant.
    Granted,
}

/// Reads the status of the held request; `grant` is what this browser holds, if anything.
pub async fn load_status(
    core: &Core,
    request_id: &RequestId,
    grant: Option<&Secret>,
) -> Result<Option<RequestStatus>> {
    let mut tx = core.store.read().await?;
    let Some(request) = store::by_id(&mut tx, request_id).await? else {
        return Ok(None);
    };
    let Some(identifier) = Identifier::from_key(&request.identifier) else {
        return Ok(None);
    };
    let now = core.now();
    // Counted from when this window asked: whether a message was sent then depends on others, which the
    // window must not reveal.
    let code_ttl = policy(core, request.purpose).code_ttl;
    let expires_in = last_request_at(&request).plus_seconds(code_ttl).seconds_after(now);
    Ok(Some(RequestStatus {
        stage: request_stage(core, &request, grant, expires_in),
        verified_by: request.verified_by,
        identifier,
        number: request.number,
        sends: request.sends,
        resend_in: request.resend_at.seconds_after(now),
        expires_in,
    }))
}

fn request_stage(
    core: &Core,
    request: &VerificationRequest,
    grant: Option<&Secret>,
    expires_in: i64,
) -> RequestStage {
    let is_valid = request.grant_expires_at.is_some_and(|at| at > core.now());
    let ours = || {
        let digest = grant.map(|grant| sha256_digest(grant.expose()));
        digest.zip(request.grant_digest.as_ref()).is_some_and(|(digest, kept)| ct_eq(&digest, kept))
    };
    match request.state {
        RequestState::Requested if expires_in > 0 => RequestStage::Waiting,
        RequestState::Requested => RequestStage::Expired,
        RequestState::Exhausted => RequestStage::Exhausted,
        RequestState::Verified if is_valid && ours() => RequestStage::Granted,
        RequestState::Verified
            if is_valid
                && request.verified_by == Some(VerifiedBy::Number)
                && request.grant_digest.is_none() =>
        {
            RequestStage::NumberMatched
        }
        RequestState::Verified if is_valid => RequestStage::VerifiedElsewhere,
        RequestState::Verified if ours() => RequestStage::GrantExpired,
        _ => RequestStage::Ended,
    }
}
