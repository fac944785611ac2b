//! The notice that a password was changed. It goes to every verified address, each time with its own "this
//! wasn't me" link.

use crate::credentials::disputes_store::{self, DisputeLink};
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::messages::message::{AddressedMessage, Message, PasswordChange, PasswordChanged};
use crate::types::error::Result;
use crate::types::identifier::address::Address;
use crate::types::ids::{UserId, generate};
use crate::types::secret::{generate_token, sha256_digest};
use crate::types::time::Timestamp;
use crate::users::user::User;
use crate::{Context, Core};

/// How long "this wasn't me" works, in seconds: ten days, as at login.gov.
pub(crate) const DISPUTE_TTL_SECONDS: i64 = 10 * 24 * 3600;

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
        let not_me = generate_token(context.core.rng());
        let link = build_dispute(context.core, &user.id, change, &to);
        disputes_store::insert(tx, &link, &sha256_digest(not_me.expose())).await?;
        let message = Message::PasswordChanged(PasswordChanged {
            how: change.how,
            at: now,
            device: change.device.clone(),
            ended_sessions: change.ended_sessions,
            not_me: context.core.links.not_me(&not_me),
        });
        let locale = user.locale.clone().unwrap_or_else(|| change.locale.to_owned());
        enqueue::enqueue(
            tx,
            context,
            &AddressedMessage { to: Some(to), locale, message },
            now.plus_seconds(enqueue::NOTICE_TTL_SECONDS),
        )
        .await?;
    }
    Ok(())
}

fn build_dispute(core: &Core, user: &UserId, change: &PasswordChangeNotice<'_>, to: &Address) -> DisputeLink {
    let now = change.at;
    DisputeLink {
        id: generate(now, core.rng(), 21),
        user_id: user.clone(),
        password_changed_at: now,
        proved_by: change.proved_by.clone(),
        device: change.device.clone(),
        address: None,
        created_at: now,
        expires_at: now.plus_seconds(DISPUTE_TTL_SECONDS),
        used_at: None,
        sent_to: to.to_key(),
        placed: None,
        ended_at: None,
    }
}
