//! The notice that a password was changed. It goes to every verified address, each time with its own "this
//! wasn't me" link.

use crate::Context;
use crate::credentials::dispute_links::{DisputableChange, create_link};
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::messages::message::{AddressedMessage, Message, PasswordChange, PasswordChanged};
use crate::types::error::Result;
use crate::types::time::Timestamp;
use crate::users::user::User;

/// The details of a changed password.
pub(crate) struct PasswordChangeNotice<'a> {
    /// How it was changed.
    pub how: PasswordChange,
    /// The exact time stored with the account: "this wasn't me" disables the password set at that time and no
    /// other.
    pub at: Timestamp,
    /// The browser that made the change.
    pub device: String,
    /// The language to use if the user has none.
    pub locale: &'a str,
    /// How many sessions ended.
    pub ended_sessions: i64,
    /// The tagged key of the identifier that proved it; recovery after "this wasn't me" prefers another.
    pub proved_by: Option<String>,
}

/// Notifies every verified address that the password changed, each with its own "this wasn't me" link
/// (decision 13, NIST 4.6).
pub(crate) async fn enqueue_password_notice(
    tx: &mut Tx,
    context: Context<'_>,
    user: &User,
    change: &PasswordChangeNotice<'_>,
) -> Result<()> {
    let now = change.at;
    for to in user.addresses() {
        let disputable = DisputableChange {
            user: &user.id,
            at: now,
            password_changed_at: now,
            proved_by: change.proved_by.clone(),
            device: change.device.clone(),
            address: None,
            placed: None,
        };
        let not_me = create_link(tx, context.core, disputable, &to).await?;
        let message = Message::PasswordChanged(PasswordChanged {
            how: change.how,
            at: now,
            device: change.device.clone(),
            ended_sessions: change.ended_sessions,
            not_me,
        });
        let locale = user.locale.clone().unwrap_or_else(|| change.locale.to_owned());
        let envelope = AddressedMessage { to: Some(to), locale, message };
        enqueue::enqueue(tx, context, &envelope, now.plus_seconds(enqueue::NOTICE_TTL_SECONDS)).await?;
    }
    Ok(())
}
