//! OAuth grants: one sign-in of one user to one app, with its codes, tokens, consents and pending logout
//! notifications. They are stored and ended here, and issued in `oidc` and `sdk`. The right to act that a
//! verified request gives is another thing: `verification::grant`.

pub mod consents_store;
pub mod grant;
pub mod logout_store;
pub mod store;

use crate::db::sql::Tx;
use crate::types::error::Result;
use crate::types::ids::{SessionId, UserId};
use crate::{Core, grants};

/// The absolute lifetime of a grant in seconds: 180 days.
pub(crate) const GRANT_TTL_SECONDS: i64 = 180 * 24 * 3600;

/// The password was set: the grants of a recovery become ordinary ones, with the tokens that the app has.
pub(crate) async fn promote_for_session(
    tx: &mut Tx,
    core: &Core,
    user: &UserId,
    session: &SessionId,
) -> Result<()> {
    let now = core.now();
    let snapshot = core.snapshot();
    for grant in grants::store::list(tx, user, Some(session)).await? {
        if let Some(app) = snapshot.app(&grant.app_id) {
            grants::store::promote(
                tx,
                &grant.id,
                now.plus_seconds(GRANT_TTL_SECONDS),
                now.plus_seconds(app.refresh_ttl_seconds(grant.amr)),
            )
            .await?;
        }
    }
    Ok(())
}
