//! A request whose address was proved before it was made, by a one-time token. It is verified from the start, sends nothing, and from
//! there on is like any other.

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::identifier::Identifier;
use crate::model::recovery::{InteractionEvent, VerifiedBy};
use crate::model::secret::token;
use crate::store::sql::Tx;

use super::super::Rekey;
use super::super::throttle::hold;
use super::link::Followed;
use super::party::Party;
use super::prove::{open, record};

/// Writes the request and its grant; none when nobody may recover by this address.
pub(in crate::domain) async fn proved(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    identifier: Identifier,
) -> Result<Option<Followed>> {
    let party = Party::find(tx, InteractionEvent::ForgotPassword, identifier).await?;
    if party.is_decoy() {
        return Ok(None);
    }
    hold(tx, rekey, &party.subject()).await?;
    let request = super::open(tx, rekey, caller, &party, false).await?;
    let grant = token(rekey.chance());
    if !open(tx, rekey, &request, VerifiedBy::Token, Some(&grant)).await? {
        return Ok(None);
    }
    record(tx, rekey, caller, &request, "success").await?;
    Ok(Some(Followed { request: request.id, identifier: party.identifier, app: request.app_id, grant }))
}
