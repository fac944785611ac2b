//! A request whose person or address was proved before it was made: by a one-time token, or by a password. It is verified from the
//! start, sends nothing, and from there on is like any other.

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::identifier::Identifier;
use crate::model::recovery::{InteractionEvent, VerifiedBy};
use crate::model::secret::token;
use crate::store::recovery;
use crate::store::sql::Tx;

use super::super::Rekey;
use super::super::throttle::hold;
use super::link::Followed;
use super::party::Party;
use super::prove::{Checked, open, record};

/// What was proved, and how.
#[derive(Clone, Copy)]
pub(in crate::domain) struct Proof {
    /// What it opens.
    pub event: InteractionEvent,
    /// What proved it.
    pub by: VerifiedBy,
}

/// Writes the request and its grant; none when this identifier can't lead there.
pub(in crate::domain) async fn proved(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    proof: Proof,
    identifier: Identifier,
) -> Result<Option<Followed>> {
    let party = Party::find(tx, proof.event, identifier).await?;
    if party.is_decoy() {
        return Ok(None);
    }
    hold(tx, rekey, &party.subject()).await?;
    let request = super::fresh(rekey, caller, &party);
    recovery::insert(tx, &request).await?;
    let grant = token(rekey.chance());
    if !open(tx, rekey, &request, proof.by, Some(&grant)).await? {
        return Ok(None);
    }
    record(tx, rekey, caller, Checked { request: &request, channel: None }, "success").await?;
    Ok(Some(Followed { request: request.id, identifier: party.identifier, app: request.app_id, grant }))
}
