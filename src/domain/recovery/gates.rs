//! What a request passes before anything is written: is what it is for on, may this network ask, may this recipient be written to.
//! The first two answer openly, because they say nothing about any account; the third is silent.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::identifier::{Channel, Identifier};
use crate::model::recovery::{InteractionEvent, RecoveryRequest};
use crate::model::settings::throttle::Limit;
use crate::store::sql::Tx;

use super::super::codes::Codes;
use super::super::throttle::{Purpose, Rule, admit, id, is_spent, network_id};
use super::super::webhooks::{self, Fact, Scene};
use super::super::{Rekey, audit};
use super::asking;

/// Whether what it is for is offered over the channel of this identifier.
pub(super) fn offered(rekey: &Rekey, event: InteractionEvent, identifier: &Identifier) -> Result<()> {
    let live = rekey.live();
    let (channels, off) = match event {
        InteractionEvent::ForgotPassword => (live.channels(), Refusal::RecoveryOff),
        InteractionEvent::SignIn => (live.code_kinds().channels(), Refusal::SignInOff),
        InteractionEvent::Register => (live.sign_up_kinds().channels(), Refusal::SignUpOff),
    };
    if !channels.any() {
        return Err(off.into());
    }
    let open = match identifier.channel() {
        Some(Channel::Email) => channels.email,
        Some(Channel::Phone) => channels.phone,
        None => false,
    };
    let why = match event {
        // The field of the sign-in page takes names, too: it is not malformed, only not to be reached.
        InteractionEvent::SignIn => Refusal::IdentifierUnreachable,
        InteractionEvent::ForgotPassword | InteractionEvent::Register => Refusal::IdentifierMalformed,
    };
    open.then_some(()).ok_or(Error::Refused(why))
}

/// The visible limit, by network. It takes the transaction and gives it back, because a refusal ends it and is audited.
pub(in crate::domain) async fn admit_ip(
    mut tx: Tx,
    rekey: &Rekey,
    caller: &Caller,
    event: InteractionEvent,
) -> Result<Tx> {
    let limit = rekey.live().settings.throttle.requests_per_ip;
    let row = network_id(rekey, Purpose::RecoveryByIp, caller);
    let Some(retry_after) = admit(&mut tx, rekey, &row, &[Rule::Window(limit)]).await? else {
        return Ok(tx);
    };
    tx.rollback().await?;
    let refused = Refusal::Throttled { retry_after };
    audit::record_refusal(rekey, caller, asking(event), &refused).await?;
    Err(refused.into())
}

/// Whether another message for this request would be one too many. The limit is the address's, whatever is asked for; but where nobody has a
/// code that works, one goes out all the same, or messages for one purpose, or for one app, would take the way of another away.
pub(in crate::domain) async fn stays_silent(
    tx: &mut Tx,
    rekey: &Rekey,
    scene: Scene<'_>,
    request: &RecoveryRequest,
) -> Result<bool> {
    let identifier = Identifier::from_tagged(&request.identifier).ok_or(Refusal::IdentifierMalformed)?;
    let is_over = silenced(tx, rekey, scene, &identifier).await?;
    Ok(is_over && Codes::of(tx, rekey, request).await?.is_to_be_had(rekey))
}

/// The silent limit, by recipient: it counts decoys as if they were sent to, so that the work is the same.
pub(in crate::domain) async fn silenced(
    tx: &mut Tx,
    rekey: &Rekey,
    scene: Scene<'_>,
    identifier: &Identifier,
) -> Result<bool> {
    if admit_send(tx, rekey, identifier).await?.is_none() {
        return Ok(false);
    }
    let row = id(rekey, Purpose::Sends, &identifier.tagged());
    if is_spent(tx, rekey, &row, rekey.live().settings.throttle.sends_per_address).await? {
        tell_of_limit(tx, rekey, scene, identifier).await?;
    }
    Ok(true)
}

/// Counts a message to this address, for whatever purpose; the seconds to wait when it would be one too many.
pub(in crate::domain) async fn admit_send(
    tx: &mut Tx,
    rekey: &Rekey,
    identifier: &Identifier,
) -> Result<Option<i64>> {
    let throttle = rekey.live().settings.throttle;
    let rules = [Rule::Backoff(throttle.send_backoff), Rule::Window(throttle.sends_per_address)];
    admit(tx, rekey, &id(rekey, Purpose::Sends, &identifier.tagged()), &rules).await
}

/// Once a window: whoever asks on and on must not fill the disk with what hooks are to be told.
async fn tell_of_limit(tx: &mut Tx, rekey: &Rekey, scene: Scene<'_>, identifier: &Identifier) -> Result<()> {
    let once = Limit { limit: 1, window: rekey.live().settings.throttle.sends_per_address.window };
    let row = id(rekey, Purpose::LimitsTold, &identifier.tagged());
    match admit(tx, rekey, &row, &[Rule::Window(once)]).await? {
        Some(_) => Ok(()),
        None => webhooks::tell(tx, rekey, scene, Fact::RateLimited(identifier)).await,
    }
}
