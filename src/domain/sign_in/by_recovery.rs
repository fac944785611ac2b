//! A forgotten password through an app's own screens: the proved request becomes a session that is good for the next password and
//! nothing else. It is spent here, so that link and code of the same message open nothing more; the pages spend it with the password.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::recovery::InteractionEvent;
use crate::model::secret::digest;
use crate::store::{recovery as requests, sessions as rows, users};

use super::super::Rekey;
use super::super::recovery::complete::Grant;
use super::super::sdk::tokens::RECOVERY_LIFE;
use super::super::sessions::{self as live, Present, Stay};
use super::super::throttle::hold;

/// Spends the grant and starts the session in one transaction; a person who was suspended meanwhile stays outside.
pub async fn by_recovery(rekey: &Rekey, caller: &Caller, grant: &Grant) -> Result<Present> {
    let (now, spent, event) = (rekey.now(), digest(grant.token.expose()), InteractionEvent::ForgotPassword);
    let mut tx = rekey.store.write().await?;
    let found = requests::by_grant(&mut tx, &grant.request, &spent, event, now).await?;
    let request = found.ok_or(Refusal::GrantGone)?;
    hold(&mut tx, rekey, &request.subject).await?;
    requests::mark_completed(&mut tx, &grant.request, &spent, event, now).await?.ok_or(Refusal::GrantGone)?;
    let owner = request.user_id.as_ref().ok_or(Refusal::GrantGone)?;
    let user = users::by_id(&mut tx, owner).await?.filter(|user| !user.is_suspended);
    let user = user.ok_or(Refusal::GrantGone)?;
    let stay = Stay::UntilChangedWithin(RECOVERY_LIFE);
    let started = live::start(&mut tx, rekey, caller, &user, stay).await?;
    let session = rows::by_id(&mut tx, &started.id, now).await?.ok_or(Refusal::GrantGone)?;
    tx.commit().await?;
    Ok(Present { user, session })
}
