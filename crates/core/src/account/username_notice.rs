//! The notice that a username has changed. It goes to every address of the account, and its link starts a
//! password reset: that ends the sessions of the attacker who changed it, and the addresses still let the
//! owner in.

use crate::Context;
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::messages::message::{AddressedMessage, Message, UsernameChange, UsernameChanged};
use crate::types::error::Result;
use crate::users::user::User;

/// Notifies every address when the username of `after` differs from that of `before`.
pub(super) async fn enqueue_username_notice(
    tx: &mut Tx,
    context: Context<'_>,
    before: &User,
    after: &User,
) -> Result<()> {
    let what = match (&before.username, &after.username) {
        (one, other) if one == other => return Ok(()),
        (None, _) => UsernameChange::Added,
        (_, None) => UsernameChange::Removed,
        _ => UsernameChange::Changed,
    };
    let now = context.now();
    for to in before.addresses() {
        let reset = context.core.links.reset();
        let message = Message::UsernameChanged(UsernameChanged {
            what,
            at: now,
            device: context.caller.device(),
            reset,
        });
        let locale = before.locale.clone().unwrap_or_else(|| context.caller.locale.clone());
        let envelope = AddressedMessage { to: Some(to), locale, message };
        enqueue::enqueue(tx, context, &envelope, now.plus_seconds(enqueue::NOTICE_TTL_SECONDS)).await?;
    }
    Ok(())
}
