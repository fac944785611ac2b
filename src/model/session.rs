//! A signed-in browser as a row: that is what makes "end all sessions" true. The cookie holds a random token,
//! the row its digest; ids are shown to people, tokens never. The surprise: a session may be good for nothing
//! but changing the password.

use super::ids::{SessionId, UserId};
use super::time::Timestamp;

/// One signed-in browser.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    /// Its id, safe to show.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// The address it was started from.
    pub ip: String,
    /// The browser it was started with.
    pub user_agent: String,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last seen, to the hour.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// When the password was set that must be changed before the session is good for anything else; none when
    /// it is.
    pub must_change: Option<Timestamp>,
}
