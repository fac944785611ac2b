//! The end of a sign-in that was proved before: its grant starts a session, once. How it was proved is in the request. The surprise:
//! one that a password proved is good only while that password is, and one that a code proved whatever became of the password.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::policy::Violation;
use crate::model::recovery::{InteractionEvent, RecoveryRequest, VerifiedBy};
use crate::model::secret::{Secret, digest};
use crate::model::settings::PasswordCompliance;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{recovery as requests, users};

use super::super::oidc::ending::OwnedSession;
use super::super::recovery::complete::Grant;
use super::super::sessions::Stay;
use super::super::throttle::hold;
use super::super::webhooks::{self, Fact, Scene};
use super::super::{Rekey, audit, sessions as live};
use super::{Entry, end_before, held_before, note_compliance, sentinel, wish};

/// Spends the grant and starts the session in one transaction; a person who was suspended meanwhile stays outside. `weaknesses` is what
/// checking the password found.
pub async fn by_grant(
    rekey: &Rekey,
    caller: &Caller,
    grant: &Grant,
    weaknesses: Vec<Violation>,
    held: Option<&Secret>,
) -> Result<Entry> {
    let before = held_before(rekey, held).await?;
    let wish = wish(rekey, &weaknesses);
    let mut tx = rekey.store.write().await?;
    let (request, user) = spend(&mut tx, rekey, grant).await?;
    let stay = if wish == PasswordCompliance::Require { Stay::UntilChanged } else { Stay::Ordinary };
    let live::Started { id, token } = live::start(&mut tx, rekey, caller, &user, stay).await?;
    end_before(&mut tx, rekey, before, OwnedSession { user: &user.id, id: &id }).await?;
    let scene = Scene::during(caller, InteractionEvent::SignIn, id.as_str());
    webhooks::tell(&mut tx, rekey, scene, Fact::SignedIn(&user)).await?;
    let event = Event::success(EventKind::SignIn, Some(user.id.clone())).about(request.id.as_str());
    audit::record(&mut tx, rekey, caller, &event).await?;
    note_compliance(&mut tx, rekey, caller, &user, wish).await?;
    tx.commit().await?;
    Ok(Entry { token, weaknesses })
}

async fn spend(tx: &mut Tx, rekey: &Rekey, grant: &Grant) -> Result<(RecoveryRequest, User)> {
    let (now, spent, event) = (rekey.now(), digest(grant.token.expose()), InteractionEvent::SignIn);
    let found = requests::by_grant(tx, &grant.request, &spent, event, now).await?;
    let request = found.ok_or(Refusal::GrantGone)?;
    hold(tx, rekey, &request.subject).await?;
    sentinel::forget(tx, rekey, &request.subject).await?;
    requests::mark_completed(tx, &grant.request, &spent, event, now).await?.ok_or(Refusal::GrantGone)?;
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantGone)?;
    let user = users::by_id(tx, owner).await?.ok_or(Refusal::GrantGone)?;
    let may_enter = match request.verified_by {
        Some(VerifiedBy::Password) => users::mark_signed_in(tx, owner, user.password_changed_at, now).await?,
        _ => users::mark_let_in(tx, owner, now).await?,
    };
    may_enter.then_some((request, user)).ok_or_else(|| Refusal::GrantGone.into())
}
