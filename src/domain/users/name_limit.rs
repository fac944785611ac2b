//! How often a person may ask whether a username is free. Whoever chooses a name learns that, so that names
//! could be tried out one after the other; it is the limit of sign-up's names, there counted by network
//! alone. Operators' machines are exempt: they may list everybody.

use crate::domain::recovery::limits::limit_by_ip;
use crate::domain::throttle::{LimitKind, Rule, check_and_count, row_id};
use crate::domain::{Core, audit};
use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::EventKind;
use crate::model::ids::UserId;
use crate::model::recovery::InteractionEvent;

/// Counts a name that this person asks for, against the network and the account: an app's server is one
/// network for all its people, and a person who moves between networks is still one. It is a transaction of
/// its own, so that a refusal later on takes nothing back.
pub(in crate::domain) async fn limit_name_checks(rekey: &Core, caller: &Caller, user: &UserId) -> Result<()> {
    let limit = rekey.snapshot().settings.throttle.requests_per_ip;
    let tx = rekey.store.write().await?;
    let mut tx = limit_by_ip(tx, rekey, caller, InteractionEvent::Register).await?;
    let row = row_id(rekey, LimitKind::UsernameChecks, user.as_str());
    if let Some(retry_after) = check_and_count(&mut tx, rekey, &row, &[Rule::Window(limit)]).await? {
        tx.rollback().await?;
        let refused = Refusal::Throttled { retry_after };
        audit::record_refusal(rekey, caller, EventKind::ProfileChange, &refused).await?;
        return Err(refused.into());
    }
    Ok(tx.commit().await?)
}
