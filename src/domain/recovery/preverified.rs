//! A request whose user or address was proved beforehand, by a one-time token or a password. It is verified
//! from the start, sends nothing, and otherwise behaves like any other.

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::identifier::Identifier;
use crate::model::recovery::{InteractionEvent, VerifiedBy};
use crate::model::secret::generate_token;
use crate::store::recovery;
use crate::store::sql::Tx;

use super::super::Core;
use super::super::throttle::lock_subject;
use super::addressee::Addressee;
use super::link::VerifiedRequest;
use super::verification::{Checked, audit_verification, mark_verified};

/// What was proved, and how.
#[derive(Clone, Copy)]
pub(in crate::domain) struct Preverification {
    /// The purpose of the request.
    pub event: InteractionEvent,
    /// What proved it.
    pub by: VerifiedBy,
}

/// Writes the request and its grant; none when the flow is not possible for this identifier.
pub(in crate::domain) async fn create_preverified_request(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    proof: Preverification,
    identifier: Identifier,
) -> Result<Option<VerifiedRequest>> {
    let party = Addressee::find(tx, proof.event, identifier).await?;
    if party.is_decoy() {
        return Ok(None);
    }
    lock_subject(tx, rekey, &party.subject()).await?;
    let request = super::new_request(rekey, caller, &party);
    recovery::insert(tx, &request).await?;
    let grant = generate_token(rekey.rng());
    if !mark_verified(tx, rekey, &request, proof.by, Some(&grant)).await? {
        return Ok(None);
    }
    audit_verification(tx, rekey, caller, Checked { request: &request, channel: None }, "success").await?;
    Ok(Some(VerifiedRequest {
        request: request.id,
        identifier: party.identifier,
        app_id: request.app_id,
        grant,
    }))
}
