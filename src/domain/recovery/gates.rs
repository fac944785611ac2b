//! What a request passes before anything is written: is recovery on, may this network address ask, may this recipient be written to.
//! The first two answer openly, because they say nothing about any account; the third is silent.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::EventKind;
use crate::model::identifier::{Channel, Identifier};
use crate::store::sql::Tx;

use super::super::throttle::{Purpose, Rule, admit, id};
use super::super::{Rekey, audit};

/// Whether recovery is offered over the channel of this identifier.
pub(super) fn offered(rekey: &Rekey, identifier: &Identifier) -> Result<()> {
    let channels = rekey.live().channels();
    if !channels.any() {
        return Err(Refusal::RecoveryOff.into());
    }
    let open = match identifier.channel() {
        Some(Channel::Email) => channels.email,
        Some(Channel::Phone) => channels.phone,
        None => false,
    };
    open.then_some(()).ok_or(Error::Refused(Refusal::IdentifierMalformed))
}

/// The visible limit, by network address. It takes the transaction and gives it back, because a refusal ends it and is audited.
pub(super) async fn admit_ip(mut tx: Tx, rekey: &Rekey, caller: &Caller) -> Result<Tx> {
    let limit = rekey.live().settings.throttle.requests_per_ip;
    let row = id(rekey, Purpose::RecoveryByIp, &caller.ip);
    let Some(retry_after) = admit(&mut tx, rekey, &row, &[Rule::Window(limit)]).await? else {
        return Ok(tx);
    };
    tx.rollback().await?;
    let refused = Refusal::Throttled { retry_after };
    audit::record_refusal(rekey, caller, EventKind::PasswordResetInit, &refused).await?;
    Err(refused.into())
}

/// The silent limit, by recipient: it counts decoys as if they were sent to, so that the work is the same.
pub(super) async fn silenced(tx: &mut Tx, rekey: &Rekey, identifier: &Identifier) -> Result<bool> {
    let throttle = rekey.live().settings.throttle;
    let rules = [Rule::Backoff(throttle.send_backoff), Rule::Window(throttle.sends_per_address)];
    let row = id(rekey, Purpose::Sends, &identifier.tagged());
    Ok(admit(tx, rekey, &row, &rules).await?.is_some())
}
