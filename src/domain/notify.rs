//! Writes messages to the outbox, in the transaction of the change they report, and wakes the sender after
//! it. Nothing is delivered here. A decoy's message is as long and as sealed as a real one; only the sender
//! learns that it has no recipient.

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::ids::{CodeId, OutboxId, UserId};
use crate::model::message::{
    Address, AddressedMessage, AttemptsBlocked, BlockedCredential, Message, PasswordChange, PasswordChanged,
};
use crate::model::secret::{generate_token, sha256_digest};
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::disputes::{self, DisputeLink};
use crate::store::outbox;
use crate::store::sql::Tx;
use crate::store::users;

use super::Core;

/// How long a notice is kept for delivery, in seconds: three days.
pub(super) const NOTICE_TTL_SECONDS: i64 = 3 * 24 * 3600;
/// How long "this wasn't me" works, in seconds: ten days, as at login.gov.
pub(super) const DISPUTE_TTL_SECONDS: i64 = 10 * 24 * 3600;

/// Enqueues a message that expires at `expires_at`.
pub(super) async fn enqueue(
    tx: &mut Tx,
    rekey: &Core,
    envelope: &AddressedMessage,
    expires_at: Timestamp,
) -> Result<OutboxId> {
    let id = OutboxId::generate(rekey.now(), rekey.rng());
    let plain = serde_json::to_vec(envelope).map_err(anyhow::Error::from)?;
    let sealed = rekey.keys.seal(&plain, &sealing_context(&id), rekey.rng());
    outbox::insert(tx, &id, &sealed, expires_at, rekey.now()).await?;
    Ok(id)
}

/// The same for a message with a code, which is marked when the message is delivered.
pub(super) async fn enqueue_code(
    tx: &mut Tx,
    rekey: &Core,
    envelope: &AddressedMessage,
    code: &CodeId,
    expires_at: Timestamp,
) -> Result<()> {
    let id = enqueue(tx, rekey, envelope, expires_at).await?;
    Ok(outbox::save_code_id(tx, &id, code).await?)
}

/// The context that a sealed envelope is bound to.
pub(super) fn sealing_context(id: &OutboxId) -> String {
    format!("outbox:{id}")
}

/// Wakes the sender; called after the commit.
pub(super) fn wake_sender(rekey: &Core) {
    rekey.outbox_notify.notify_one();
}

/// Notifies the owner, at every verified address, that guessing has blocked their codes or their password. An
/// unknown identifier gets a message without a recipient.
pub(super) async fn enqueue_block_notice(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    owner: Option<&UserId>,
    what: BlockedCredential,
) -> Result<()> {
    let owner = match owner {
        Some(owner) => users::by_id(tx, owner).await?.filter(|user| !user.is_suspended),
        None => None,
    };
    let locale = owner.as_ref().and_then(|user| user.locale.clone());
    let locale = locale.unwrap_or_else(|| caller.locale.clone());
    let mut readers: Vec<_> = owner.iter().flat_map(User::addresses).map(Some).collect();
    if readers.is_empty() {
        readers.push(None);
    }
    let at = rekey.now();
    let reset = rekey.links.reset();
    for to in readers {
        let message = Message::AttemptsBlocked(AttemptsBlocked { what, at, reset: reset.clone() });
        let envelope = AddressedMessage { to, locale: locale.clone(), message };
        enqueue(tx, rekey, &envelope, at.plus_seconds(NOTICE_TTL_SECONDS)).await?;
    }
    Ok(())
}

/// The details of a changed password.
pub(super) struct PasswordChangeNotice<'a> {
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
pub(super) async fn enqueue_password_notice(
    tx: &mut Tx,
    rekey: &Core,
    user: &User,
    change: &PasswordChangeNotice<'_>,
) -> Result<()> {
    let now = change.at;
    for to in user.addresses() {
        let not_me = generate_token(rekey.rng());
        let link = build_dispute(rekey, &user.id, change, &to);
        disputes::insert(tx, &link, &sha256_digest(not_me.expose())).await?;
        let message = Message::PasswordChanged(PasswordChanged {
            how: change.how,
            at: now,
            device: change.device.clone(),
            ended_sessions: change.ended_sessions,
            not_me: rekey.links.not_me(&not_me),
        });
        let locale = user.locale.clone().unwrap_or_else(|| change.locale.to_owned());
        enqueue(
            tx,
            rekey,
            &AddressedMessage { to: Some(to), locale, message },
            now.plus_seconds(NOTICE_TTL_SECONDS),
        )
        .await?;
    }
    Ok(())
}

fn build_dispute(
    rekey: &Core,
    user: &UserId,
    change: &PasswordChangeNotice<'_>,
    to: &Address,
) -> DisputeLink {
    let now = change.at;
    DisputeLink {
        id: crate::model::ids::generate(now, rekey.rng(), 21),
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
