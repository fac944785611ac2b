//! A new password by a session alone, for apps of the SDK: the current one is not asked for. It is the same write as every change. The
//! surprise: what the settings say of people's own changes does not bind a recovery, on this face as on the pages.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::Event;
use crate::model::secret::Secret;

use super::new_password::{Replacement, Token, Way, event_kind, write};
use super::password::may_change_password;
use crate::domain::passwords::Again;
use crate::domain::sessions::Present;
use crate::domain::sign_up::asks_for_password;
use crate::domain::{Rekey, audit, passwords};

/// Sets the password of the person who is here. The session's token stays; so do those that an app holds for it.
pub async fn set_by_session(
    rekey: &Rekey,
    caller: &Caller,
    here: &Present,
    new: &Secret,
    way: Way,
) -> Result<()> {
    let outcome = attempt(rekey, caller, here, new, way).await;
    let refused = |code| Event::refused(event_kind(way), code, Some(here.user.id.clone()));
    audit::record_if_refused(rekey, caller, outcome, refused).await
}

async fn attempt(rekey: &Rekey, caller: &Caller, here: &Present, new: &Secret, way: Way) -> Result<()> {
    // A first password, where the settings want one of everybody, is no change of one.
    let is_first = here.user.password_digest.is_none() && asks_for_password(rekey);
    if way == Way::Known && !is_first && !may_change_password(rekey) {
        return Err(Refusal::NotFound.into());
    }
    let accepted = passwords::accept(rekey, caller, new, &here.user, Again::Fine).await?;
    let replacement = Replacement { phc: accepted.phc(), token: Token::Kept, way };
    write(rekey, caller, here, replacement).await.map(|_| ())
}
