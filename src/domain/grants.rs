//! Grants that outlast the step that made them: how long they and their refresh tokens are valid.

use crate::model::error::Result;
use crate::model::ids::{SessionId, UserId};
use crate::model::time::Timestamp;
use crate::store::grants;
use crate::store::sql::Tx;

use super::Core;

/// The absolute lifetime of a grant in seconds: 180 days.
pub(in crate::domain) const GRANT_TTL_SECONDS: i64 = 180 * 24 * 3600;

/// The password was set: the grants of a recovery become ordinary ones, with the tokens that the app has.
pub(in crate::domain) async fn promote_for_session(
    tx: &mut Tx,
    rekey: &Core,
    user: &UserId,
    session: &SessionId,
) -> Result<()> {
    let now = rekey.now();
    let live = rekey.snapshot();
    for grant in grants::list(tx, user, Some(session)).await? {
        if let Some(app) = live.app(&grant.app_id) {
            grants::promote(
                tx,
                &grant.id,
                now.plus_seconds(GRANT_TTL_SECONDS),
                refresh_expires_at(now, app.refresh_token_ttl_in_days),
            )
            .await?;
        }
    }
    Ok(())
}

/// When a refresh token that is issued now expires, by its application's setting in days.
pub(in crate::domain) fn refresh_expires_at(now: Timestamp, ttl_in_days: u32) -> Timestamp {
    now.plus_seconds(i64::from(ttl_in_days) * 24 * 3600)
}
