//! A signed-in browser as a row, so that all sessions can be ended. The cookie holds a random token, the row
//! its digest; users see ids, never tokens. A session may be limited to changing the password.

use crate::types::ids::{SessionId, UserId};
use crate::types::time::Timestamp;

/// One signed-in browser.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    /// Its id, safe to show.
    pub id: SessionId,
    /// The user.
    pub user_id: UserId,
    /// The IP address it was started from.
    pub ip: String,
    /// The browser it was started with.
    pub user_agent: String,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last seen, to the hour.
    pub last_seen_at: Timestamp,
    /// Its absolute expiry.
    pub expires_at: Timestamp,
    /// When the password was set that must be changed before the session may be used for anything else; none
    /// for a full session.
    pub must_change: Option<Timestamp>,
}
