//! Signing in by a code: the machine of recovery proves the address, and its grant starts a session instead of setting a
//! password. An identifier that nobody has gets a decoy. The surprise: a frozen password does not matter here, because the code
//! proves what a reset would have to be proved with.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::ids::RequestId;
use crate::model::recovery::InteractionEvent;
use crate::model::secret::{Secret, digest};
use crate::store::{recovery as requests, users};

use super::super::recovery::complete::Grant;
use super::super::recovery::prove;
use super::super::throttle::hold;
use super::super::webhooks::{self, Fact, Scene};
use super::super::{Rekey, audit, sessions as live};
use super::{Entry, end_before, held_before, sentinel};

/// Checks the code of the held request; the right one starts a session. `held` is the session this browser had before, which ends.
pub async fn by_code(
    rekey: &Rekey,
    caller: &Caller,
    request: &RequestId,
    typed: &str,
    held: Option<&Secret>,
) -> Result<Entry> {
    if !rekey.live().code_kinds().any() {
        return Err(Refusal::SignInOff.into());
    }
    let token = prove::by_code(rekey, caller, InteractionEvent::SignIn, request, typed).await?;
    enter(rekey, caller, &Grant { request: request.clone(), token }, held).await
}

/// Spends the grant and starts the session in one transaction; a person who was suspended meanwhile stays outside.
async fn enter(rekey: &Rekey, caller: &Caller, grant: &Grant, held: Option<&Secret>) -> Result<Entry> {
    let before = held_before(rekey, held).await?;
    let (now, spent) = (rekey.now(), digest(grant.token.expose()));
    let event = InteractionEvent::SignIn;
    let mut tx = rekey.store.write().await?;
    let found = requests::by_grant(&mut tx, &grant.request, &spent, event, now).await?;
    let request = found.ok_or(Refusal::GrantGone)?;
    hold(&mut tx, rekey, &request.subject).await?;
    sentinel::forget(&mut tx, rekey, &request.subject).await?;
    requests::mark_completed(&mut tx, &grant.request, &spent, event, now).await?.ok_or(Refusal::GrantGone)?;
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantGone)?;
    let user = users::by_id(&mut tx, owner).await?.ok_or(Refusal::GrantGone)?;
    if !users::mark_let_in(&mut tx, owner, now).await? {
        return Err(Refusal::GrantGone.into());
    }
    let live::Started { id, token } = live::start(&mut tx, rekey, caller, &user, false).await?;
    end_before(&mut tx, rekey, before, (owner, &id)).await?;
    let scene = Scene::during(caller, InteractionEvent::SignIn, id.as_str());
    webhooks::tell(&mut tx, rekey, scene, Fact::SignedIn(&user)).await?;
    let event = Event::success(EventKind::SignIn, Some(user.id)).about(request.id.as_str());
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    Ok(Entry { token, weaknesses: Vec::new() })
}
