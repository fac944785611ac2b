//! Writes a new password: the conditional update, the end of other sessions, the notice and the audit entry,
//! in one transaction. The caller decides whether the password may be written; what could have ended
//! meanwhile is checked again in the same statement.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::SessionId;
use crate::model::message::PasswordChange;
use crate::model::secret::{Secret, generate_token, sha256_digest};
use crate::model::settings::SessionRevocation;
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{sessions, users};

use crate::domain::credentials::{ChangeKind, CredentialChange, end_proofs};
use crate::domain::notify::{self, PasswordChangeNotice};
use crate::domain::oidc::revocation;
use crate::domain::sessions::{self as live, AuthenticatedUser};
use crate::domain::throttle::{LimitKind, clear, lock_subject, row_id};
use crate::domain::webhooks::{self, WebhookEvent};
use crate::domain::{Core, audit};

/// A changed password.
#[derive(Clone, Debug)]
pub struct PasswordChangeOutcome {
    /// How many other sessions ended.
    pub ended_sessions: i64,
    /// The session's new token; none when the setting ended this session too.
    pub token: Option<Secret>,
}

/// How the user came to set the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeReason {
    /// The user is signed in.
    SignedIn,
    /// The password was forgotten, and the session proves a recovery.
    Recovery,
}

/// What happens to the token of the session that changed the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionTokenPolicy {
    /// It is replaced (ASVS 7.2.4).
    Rotate,
    /// It stays: the API's response has no field for a new one.
    Keep,
}

/// A password that replaces another.
#[derive(Clone, Copy)]
pub(super) struct Replacement<'a> {
    /// Its hash, as PHC text.
    pub phc: &'a str,
    /// What happens to the session's token.
    pub token: SessionTokenPolicy,
    /// How the user came to set it.
    pub way: ChangeReason,
}

/// Saves the password for the current session. If it was changed elsewhere meanwhile, the earlier change
/// wins.
pub(super) async fn save_password(
    rekey: &Core,
    caller: &Caller,
    here: &AuthenticatedUser,
    replacement: Replacement<'_>,
) -> Result<PasswordChangeOutcome> {
    let Replacement { phc, token, way } = replacement;
    let user = &here.user;
    let now = rekey.now();
    let mut tx = rekey.store.write().await?;
    lock_subject(&mut tx, rekey, user.id.as_str()).await?;
    if way == ChangeReason::Recovery {
        clear_rate_limits(&mut tx, rekey, user).await?;
    }
    let proved_by = verified_identifier(here, way);
    let kind = proved_by.as_deref().map_or(ChangeKind::PasswordChanged, ChangeKind::PasswordReset);
    let change = CredentialChange { user, kind, keep: Some(&here.session.id) };
    end_proofs(&mut tx, rekey, &change).await?;
    // A change made elsewhere meanwhile wins: that password must not be overwritten unnoticed.
    if !users::replace_password(&mut tx, &user.id, user.password_digest.as_deref(), phc, now).await? {
        return Err(concurrent_change_refusal(here).into());
    }
    // The session may have ended while the password was hashed: "this wasn't me" must win over a password
    // change in progress.
    if !sessions::lock_including_restricted(&mut tx, &here.session.id, now).await? {
        return Err(concurrent_change_refusal(here).into());
    }
    if here.session.must_change.is_some() {
        live::promote_to_full_session(&mut tx, rekey, &here.session).await?;
    }
    let ended = revoke_sessions(&mut tx, rekey, user, &here.session.id).await?;
    let changed = match token {
        SessionTokenPolicy::Rotate => rotate_session_token(&mut tx, rekey, here, ended).await?,
        SessionTokenPolicy::Keep => PasswordChangeOutcome { ended_sessions: ended, token: None },
    };
    let written = Written { user, way, at: now, ended_sessions: ended };
    record_and_notify(&mut tx, rekey, caller, &written).await?;
    tx.commit().await?;
    notify::wake_sender(rekey);
    Ok(changed)
}

/// The identifier that proved an app's recovery: the email address. The session would have ended if it had
/// changed.
fn verified_identifier(here: &AuthenticatedUser, way: ChangeReason) -> Option<String> {
    let email = here.user.email.as_deref().filter(|_| way == ChangeReason::Recovery)?;
    Identifier::parse(email).map(|email| email.to_key())
}

/// A reset unlocks sign-in and clears the counters of sent messages, on every API and page.
async fn clear_rate_limits(tx: &mut Tx, rekey: &Core, user: &User) -> Result<()> {
    let email = Identifier::Email(user.email.clone().unwrap_or_default()).to_key();
    for (purpose, subject) in [(LimitKind::Sends, email.as_str()), (LimitKind::SignIn, user.id.as_str())] {
        clear(tx, &row_id(rekey, purpose, subject)).await?;
    }
    Ok(())
}

/// The refusal for a user whose password changed elsewhere while they were changing it.
const fn concurrent_change_refusal(here: &AuthenticatedUser) -> Refusal {
    if here.session.must_change.is_some() { Refusal::GrantInvalid } else { Refusal::WrongCurrentPassword }
}

/// Ends sessions as the setting says; returns how many others ended.
pub(super) async fn revoke_sessions(tx: &mut Tx, rekey: &Core, user: &User, this: &SessionId) -> Result<i64> {
    Ok(match rekey.snapshot().settings.after_password_change.revoke {
        SessionRevocation::None => 0,
        SessionRevocation::Others => {
            revocation::revoke_other_sessions(tx, rekey, &user.id, Some(this)).await?
        }
        SessionRevocation::All => {
            revocation::revoke_other_sessions(tx, rekey, &user.id, None).await?.saturating_sub(1).max(0)
        }
    })
}

/// Gives the session that made the change a new token, if it still exists (ASVS 7.2.4).
async fn rotate_session_token(
    tx: &mut Tx,
    rekey: &Core,
    here: &AuthenticatedUser,
    ended_sessions: i64,
) -> Result<PasswordChangeOutcome> {
    if rekey.snapshot().settings.after_password_change.revoke == SessionRevocation::All {
        return Ok(PasswordChangeOutcome { ended_sessions, token: None });
    }
    let token = generate_token(rekey.rng());
    sessions::save_token(tx, &here.session.id, &sha256_digest(token.expose())).await?;
    Ok(PasswordChangeOutcome { ended_sessions, token: Some(token) })
}

/// A password that was written.
pub(super) struct Written<'a> {
    /// The user, as they were before.
    pub user: &'a User,
    /// How the user came to set it.
    pub way: ChangeReason,
    /// The time that is stored with the account, exactly.
    pub at: Timestamp,
    /// How many sessions ended.
    pub ended_sessions: i64,
}

/// Notifies the user's addresses and the webhooks, and writes the audit entry.
pub(super) async fn record_and_notify(
    tx: &mut Tx,
    rekey: &Core,
    caller: &Caller,
    written: &Written<'_>,
) -> Result<()> {
    let Written { user, way, at, ended_sessions } = *written;
    let (how, kind) = match (user.password_digest.is_some(), way) {
        (false, way) => (PasswordChange::FirstSet, event_kind(way)),
        (true, ChangeReason::SignedIn) => (PasswordChange::Changed, event_kind(way)),
        (true, ChangeReason::Recovery) => (PasswordChange::Reset, event_kind(way)),
    };
    // An app's recovery is proved by the email address alone.
    let email = user.email.clone().filter(|_| way == ChangeReason::Recovery);
    let proved_by = email.map(|email| Identifier::Email(email).to_key());
    let change = PasswordChangeNotice {
        how,
        at,
        device: caller.device(),
        locale: &caller.locale,
        ended_sessions,
        proved_by,
    };
    notify::enqueue_password_notice(tx, rekey, user, &change).await?;
    let after = users::by_id(tx, &user.id).await?.ok_or(Refusal::NotFound)?;
    if way == ChangeReason::Recovery {
        webhooks::publish(tx, rekey, caller, WebhookEvent::PasswordReset(&after)).await?;
    }
    webhooks::publish(tx, rekey, caller, WebhookEvent::UserUpdated(&after)).await?;
    audit::record(tx, rekey, caller, &Event::success(kind, Some(user.id.clone()))).await
}

/// The audit event for this reason.
pub(super) const fn event_kind(way: ChangeReason) -> EventKind {
    match way {
        ChangeReason::SignedIn => EventKind::PasswordChange,
        ChangeReason::Recovery => EventKind::PasswordReset,
    }
}
