//! What a request for a code writes: a new row, or none if an earlier request is kept because its recipient
//! has had messages; and whether another message goes out.

use crate::db::sql::Tx;
use crate::types::error::{Refusal, Result};
use crate::types::ids::RequestId;
use crate::types::purpose::Purpose;
use crate::types::secret::gen_range;
use crate::verification::codes::Codes;
use crate::verification::policy::{ExcessMessages, GrantKind, RECORD_TTL_SECONDS, policy};
use crate::verification::request::addressee::Addressee;
use crate::verification::request::limits::limit_by_recipient;
use crate::verification::request::resend::next_resend_at;
use crate::verification::store::{self, records};
use crate::verification::verification_request::{RequestState, VerificationRequest};
use crate::webhooks::EventContext;
use crate::{Context, Core};

/// What becomes of a request for a code.
pub(super) struct Plan {
    /// The earlier request that is kept instead of a new one.
    pub kept: Option<VerificationRequest>,
    /// Whether a message goes out.
    pub is_sent: bool,
}

/// Decides what becomes of it, by the limit of its recipient.
pub(super) async fn plan_request(
    tx: &mut Tx,
    context: Context<'_>,
    addressee: &Addressee,
    fresh: &VerificationRequest,
    request_id: Option<&RequestId>,
) -> Result<Plan> {
    let Context { core, caller } = context;
    let event_context = EventContext::during(caller, fresh.purpose, "");
    let wait = limit_by_recipient(tx, core, event_context, &addressee.identifier).await?;
    match (policy(core, fresh.purpose).excess, wait) {
        (ExcessMessages::SilentWhileACodeWorks, wait) => {
            let is_sent = wait.is_none() || !Codes::load(tx, core, fresh).await?.has_usable_code(core);
            // Whether a message was suppressed depends on what the owner did meanwhile, which must not show
            // in another person's window: only time decides.
            let kept = find_reusable_request(tx, addressee, request_id).await?;
            Ok(Plan { kept: kept.filter(|request| request.resend_at > core.now()), is_sent })
        }
        (ExcessMessages::SilentForOthers, Some(_)) => {
            let kept = find_waiting_request(tx, core, fresh).await?;
            Ok(Plan { is_sent: kept.is_none() && fresh.is_of_account(), kept })
        }
        (ExcessMessages::Refused, Some(retry_after)) => Err(Refusal::Throttled { retry_after }.into()),
        (ExcessMessages::SilentForOthers | ExcessMessages::Refused, None) => {
            Ok(Plan { kept: None, is_sent: true })
        }
    }
}

async fn find_reusable_request(
    tx: &mut Tx,
    addressee: &Addressee,
    request_id: Option<&RequestId>,
) -> Result<Option<VerificationRequest>> {
    let Some(request_id) = request_id else { return Ok(None) };
    let found = store::by_id(tx, request_id).await?;
    Ok(found.filter(|request| {
        request.identifier == addressee.identifier.to_key()
            && request.purpose == addressee.purpose
            && request.state == RequestState::Requested
    }))
}

/// The signed-in user's newest request for the same address whose code still works.
async fn find_waiting_request(
    tx: &mut Tx,
    core: &Core,
    fresh: &VerificationRequest,
) -> Result<Option<VerificationRequest>> {
    let since = core.now().plus_seconds(-policy(core, fresh.purpose).code_ttl);
    Ok(records::newest_waiting(tx, fresh, since).await?)
}

/// A new request. It replaces none: other requests for the same address stay open (decision 5).
pub(in crate::verification) fn new_request(
    context: Context<'_>,
    addressee: &Addressee,
) -> VerificationRequest {
    VerificationRequest {
        is_decoy: addressee.is_decoy(),
        user_id: addressee.user_id().cloned(),
        subject: addressee.subject(),
        identifier: addressee.identifier.to_key(),
        ..blank_request(context, addressee.purpose)
    }
}

/// A request for this purpose, of nobody and for no address yet.
pub(in crate::verification) fn blank_request(context: Context<'_>, purpose: Purpose) -> VerificationRequest {
    let Context { core, caller } = context;
    let now = core.now();
    let is_record = policy(core, purpose).grant == GrantKind::Record;
    VerificationRequest {
        id: RequestId::generate(now, core.rng()),
        purpose,
        is_decoy: false,
        user_id: None,
        subject: String::new(),
        identifier: String::new(),
        // The code of an operator's program is not limited to the key that requested it.
        app_id: caller.app_id.clone().filter(|_| purpose != Purpose::External),
        state: RequestState::Requested,
        tries: 0,
        number: i64::from(10 + gen_range(core.rng(), 90)),
        sends: 1,
        resend_at: next_resend_at(now, 1),
        created_at: now,
        verified_by: None,
        grant_expires_at: is_record.then(|| now.plus_seconds(RECORD_TTL_SECONDS)),
        grant_digest: None,
        by_address: caller.is_cookieless,
        password_changed_at: None,
    }
}
