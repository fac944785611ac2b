//! Limits how often a user may check whether a username is free. The answer reveals which names exist, so
//! names could be enumerated; sign-up uses the same limit, there by network alone. API clients are exempt:
//! they may list all users.

use crate::audit::event::EventKind;
use crate::throttle::{LimitKind, Rule, check_and_count, row_id};
use crate::types::error::{Refusal, Result};
use crate::types::ids::UserId;
use crate::types::purpose::Purpose;
use crate::verification::request::limits::limit_by_network;
use crate::{Context, audit};

/// Counts a username check by this user, against the network and the account: an app's server is one network
/// for all its users, and a user may change networks. It runs in its own transaction, so that a later refusal
/// does not take it back.
pub(crate) async fn limit_name_checks(context: Context<'_>, user: &UserId) -> Result<()> {
    let limit = context.snapshot().settings.throttle.requests_per_ip;
    let tx = context.core.store.write().await?;
    let mut tx = limit_by_network(tx, context, Purpose::SignUp).await?;
    let row = row_id(context.core, LimitKind::UsernameChecks, user.as_str());
    if let Some(retry_after) = check_and_count(&mut tx, context.core, &row, &[Rule::Window(limit)]).await? {
        tx.rollback().await?;
        let refusal = Refusal::Throttled { retry_after };
        return Err(audit::refuse(context, EventKind::ProfileChange, refusal).await);
    }
    Ok(tx.commit().await?)
}
