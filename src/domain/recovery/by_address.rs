//! Requests of apps that hold nothing of ours between two calls: they are found again by the address, the app and what they are for.
//! Other browsers' requests can't be reached like that, or anybody could use up the tries of somebody who waits on our page.

use crate::domain::{Rekey, audit, pace};
use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::identifier::Identifier;
use crate::model::recovery::{InteractionEvent, RecoveryRequest};
use crate::store::recovery;

use super::complete::Grant;
use super::{Asked, ask_for, checking, prove};

/// Asks for a code. An open request is kept where another message would only have been silenced.
pub async fn ask(
    rekey: &Rekey,
    caller: &Caller,
    event: InteractionEvent,
    identifier: &Identifier,
) -> Result<Asked> {
    let held = waiting(rekey, caller, &[event], identifier).await?.map(|request| request.id);
    ask_for(rekey, caller, event, identifier.clone(), held.as_ref()).await
}

/// The open request of this app for one of these, whose code is on its way.
pub(in crate::domain) async fn waiting(
    rekey: &Rekey,
    caller: &Caller,
    events: &[InteractionEvent],
    identifier: &Identifier,
) -> Result<Option<RecoveryRequest>> {
    let app = caller.app_id.as_deref().unwrap_or_default();
    let mut tx = rekey.store.read().await?;
    let mut found = Vec::new();
    for event in events {
        found.extend(recovery::by_address(&mut tx, &identifier.tagged(), *event, app).await?);
    }
    // A decoy is taken only where nothing else waits: asking for what leads nowhere must not hide the person's own code.
    found.sort_by(|a, b| b.is_decoy.cmp(&a.is_decoy).then(a.id.0.cmp(&b.id.0)));
    Ok(found.pop())
}

/// Checks a code for one of these, counted like any other; the right one gives the request and its grant.
pub async fn prove(
    rekey: &Rekey,
    caller: &Caller,
    events: &[InteractionEvent],
    identifier: &Identifier,
    typed: &str,
) -> Result<(RecoveryRequest, Grant)> {
    let Some(request) = waiting(rekey, caller, events, identifier).await? else {
        pace::admit_network(rekey, caller)?;
        let event = events.first().copied().unwrap_or(InteractionEvent::SignIn);
        audit::record_refusal(rekey, caller, checking(event), &Refusal::RequestEnded).await?;
        return Err(Refusal::RequestEnded.into());
    };
    let token = prove::by_code(rekey, caller, request.event, &request.id, typed).await?;
    // What waits in it may have changed until the moment at which it was verified, and not after.
    let verified = recovery::by_id(&mut rekey.store.read().await?, &request.id).await?;
    let request = verified.ok_or(Refusal::RequestEnded)?;
    let grant = Grant { request: request.id.clone(), token };
    Ok((request, grant))
}
