//! A new password is written: the conditional update, who else is signed out, the notice and the audit line, in one transaction. Why it
//! may be written is decided by whoever calls, and checked there again in the same statement where it could have ended meanwhile.

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::SessionId;
use crate::model::message::PasswordChange;
use crate::model::secret::{Secret, digest, token};
use crate::model::settings::Revoke;
use crate::model::time::Timestamp;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::{sessions, users};

use crate::domain::credentials::{ChangeKind, CredentialChange, end_proofs};
use crate::domain::notify::{self, Change};
use crate::domain::oidc::ending;
use crate::domain::sessions::{self as live, Present};
use crate::domain::throttle::{Purpose, clear, hold, id};
use crate::domain::webhooks::{self, Fact};
use crate::domain::{Rekey, audit};

/// A changed password.
#[derive(Clone, Debug)]
pub struct Changed {
    /// How many sessions ended, this one not counted.
    pub ended_sessions: i64,
    /// The session's new token; none when the setting ended this session too.
    pub token: Option<Secret>,
}

/// How the person came to set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// They are signed in.
    Known,
    /// It was forgotten, and the session is the proof of a recovery.
    Recovered,
}

/// What becomes of the token of the session that changed the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// It is a new one (ASVS 7.2.4).
    Renewed,
    /// It stays: the answer of an API has no place for another.
    Kept,
}

/// A password that takes the place of another.
#[derive(Clone, Copy)]
pub(super) struct Replacement<'a> {
    /// Its hash, as PHC text.
    pub phc: &'a str,
    /// What becomes of the session's token.
    pub token: Token,
    /// How the person came to set it.
    pub way: Way,
}

/// Saves it for the session that is here; somebody who changed it in another window meanwhile wins.
pub(super) async fn write(
    rekey: &Rekey,
    caller: &Caller,
    here: &Present,
    replacement: Replacement<'_>,
) -> Result<Changed> {
    let Replacement { phc, token, way } = replacement;
    let (user, now) = (&here.user, rekey.now());
    let mut tx = rekey.store.write().await?;
    hold(&mut tx, rekey, user.id.as_str()).await?;
    if way == Way::Recovered {
        forget_counts(&mut tx, rekey, user).await?;
    }
    let proved_by = proof(here, way);
    let kind = proved_by.as_deref().map_or(ChangeKind::PasswordChanged, ChangeKind::PasswordReset);
    let change = CredentialChange { user, kind, keep: Some(&here.session.id) };
    end_proofs(&mut tx, rekey, &change).await?;
    // Someone who changed it in another window meanwhile wins: their password must not vanish unseen.
    if !users::swap_password(&mut tx, &user.id, user.password_digest.as_deref(), phc, now).await? {
        return Err(outrun(here).into());
    }
    // It may have ended while the password was hashed: "this wasn't me" must not lose to whoever was changing the password at that moment.
    if !sessions::hold_any(&mut tx, &here.session.id, now).await? {
        return Err(outrun(here).into());
    }
    if here.session.must_change.is_some() {
        live::release(&mut tx, rekey, &here.session).await?;
    }
    let ended = revoke(&mut tx, rekey, user, &here.session.id).await?;
    let changed = match token {
        Token::Renewed => renewed(&mut tx, rekey, here, ended).await?,
        Token::Kept => Changed { ended_sessions: ended, token: None },
    };
    let written = Written { user, way, at: now, ended_sessions: ended };
    tell(&mut tx, rekey, caller, &written).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Ok(changed)
}

/// What proved an app's recovery: the e-mail address, with which it would have ended.
fn proof(here: &Present, way: Way) -> Option<String> {
    let email = here.user.email.as_deref().filter(|_| way == Way::Recovered)?;
    Identifier::parse(email).map(|email| email.tagged())
}

/// A reset opens the lock of the sign-in and forgets the messages that were sent, on every face.
async fn forget_counts(tx: &mut Tx, rekey: &Rekey, user: &User) -> Result<()> {
    let email = Identifier::Email(user.email.clone().unwrap_or_default()).tagged();
    for (purpose, subject) in [(Purpose::Sends, email.as_str()), (Purpose::SignIn, user.id.as_str())] {
        clear(tx, &id(rekey, purpose, subject)).await?;
    }
    Ok(())
}

/// What somebody hears whose password changed while they were changing it.
const fn outrun(here: &Present) -> Refusal {
    if here.session.must_change.is_some() { Refusal::GrantGone } else { Refusal::CurrentPassword }
}

/// Ends sessions as the setting says; tells how many others.
pub(super) async fn revoke(tx: &mut Tx, rekey: &Rekey, user: &User, this: &SessionId) -> Result<i64> {
    Ok(match rekey.live().settings.after_password_change.revoke {
        Revoke::None => 0,
        Revoke::Others => ending::all_but(tx, rekey, &user.id, Some(this)).await?,
        Revoke::All => ending::all_but(tx, rekey, &user.id, None).await?.saturating_sub(1).max(0),
    })
}

/// Gives the session that made the change a new token, if there still is one (ASVS 7.2.4).
async fn renewed(tx: &mut Tx, rekey: &Rekey, here: &Present, ended_sessions: i64) -> Result<Changed> {
    if rekey.live().settings.after_password_change.revoke == Revoke::All {
        return Ok(Changed { ended_sessions, token: None });
    }
    let token = token(rekey.chance());
    sessions::save_token(tx, &here.session.id, &digest(token.expose())).await?;
    Ok(Changed { ended_sessions, token: Some(token) })
}

/// A password that was written.
pub(super) struct Written<'a> {
    /// Whose, as they were before.
    pub user: &'a User,
    /// How they came to set it.
    pub way: Way,
    /// The very moment that is kept at the account.
    pub at: Timestamp,
    /// How many sessions ended.
    pub ended_sessions: i64,
}

/// Tells the addresses, the hooks and the audit log.
pub(super) async fn tell(tx: &mut Tx, rekey: &Rekey, caller: &Caller, written: &Written<'_>) -> Result<()> {
    let Written { user, way, at, ended_sessions } = *written;
    let (how, kind) = match (user.password_digest.is_some(), way) {
        (false, way) => (PasswordChange::FirstSet, event_kind(way)),
        (true, Way::Known) => (PasswordChange::Changed, event_kind(way)),
        (true, Way::Recovered) => (PasswordChange::Reset, event_kind(way)),
    };
    // An app's recovery is proved by the e-mail address alone.
    let email = user.email.clone().filter(|_| way == Way::Recovered);
    let proved_by = email.map(|email| Identifier::Email(email).tagged());
    let change =
        Change { how, at, device: caller.device(), locale: &caller.locale, ended_sessions, proved_by };
    notify::enqueue_password_notice(tx, rekey, user, &change).await?;
    let after = users::by_id(tx, &user.id).await?.ok_or(Refusal::NotFound)?;
    if way == Way::Recovered {
        webhooks::tell(tx, rekey, caller, Fact::PasswordReset(&after)).await?;
    }
    webhooks::tell(tx, rekey, caller, Fact::UserUpdated(&after)).await?;
    audit::record(tx, rekey, caller, &Event::success(kind, Some(user.id.clone()))).await
}

/// What the audit log calls it.
pub(super) const fn event_kind(way: Way) -> EventKind {
    match way {
        Way::Known => EventKind::PasswordChange,
        Way::Recovered => EventKind::PasswordReset,
    }
}
