//! Signing in by password. Unknown, suspended, frozen and password-less people cost the same hash and get the same answer as a wrong password
//! (no_oracle). A try is counted before it is checked, for the network and for the account, and forgotten after a success. The surprise:
//! the right password may be one that the policy would not take today, and then the setting says how far it opens.

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::{Identifier, Unreadable};
use crate::model::policy::Violation;
use crate::model::recovery::{InteractionEvent, VerifiedBy};
use crate::model::secret::Secret;
use crate::model::settings::PasswordCompliance;
use crate::model::user::User;
use crate::store::sql::Tx;
use crate::store::users;

use super::super::oidc::ending::OwnedSession;
use super::super::recovery::link::Followed;
use super::super::recovery::{Proof, proved};
use super::super::sessions::Stay;
use super::super::throttle::hold;
use super::super::webhooks::{self, Fact, Scene};
use super::super::{Rekey, account, audit, notify, passwords, sessions as live};
use super::sentinel::{self, Failure, Means, Subject, Try};
use super::unfinished::TryGuard;
use super::{Entry, end_before, held_before, note_compliance, wish};

/// A right password, before anybody is let in.
struct Checked<'a> {
    guard: TryGuard<'a>,
    user: User,
    identifier: Identifier,
    turn: Try,
    weaknesses: Vec<Violation>,
}

/// What somebody types to sign in.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// Who they are, as written.
    pub identifier: &'a str,
    /// The password.
    pub password: &'a Secret,
}

/// Checks identifier and password; the right ones start a session. `held` is the session this browser had before, which ends.
pub async fn by_password(
    rekey: &Rekey,
    caller: &Caller,
    typed: Typed<'_>,
    held: Option<&Secret>,
) -> Result<Entry> {
    let read = Identifier::read(typed.identifier);
    if read == Err(Unreadable::Hidden) {
        // Said openly, because it is about what was typed: whoever sees nothing wrong would try passwords until the lock closes.
        return Err(Refusal::IdentifierHidden.into());
    }
    let Checked { guard, user, identifier, turn, weaknesses } =
        check(rekey, caller, read.ok(), typed.password).await?;
    guard.finish(match enter(rekey, caller, &user, wish(rekey, &weaknesses), held).await? {
        Some(token) => Ok(Entry { token, weaknesses }),
        None => wrong(rekey, caller, subject(Some(&user), Some(&identifier)), turn).await,
    })
}

/// The same check as the first of several steps: the right password makes a request that is verified from the start and whose grant
/// signs in once (`by_grant`). What the policy of today has against the password goes along.
pub async fn prove(
    rekey: &Rekey,
    caller: &Caller,
    identifier: Identifier,
    password: &Secret,
) -> Result<(Followed, Vec<Violation>)> {
    let checked = check(rekey, caller, Some(identifier), password).await?;
    let Checked { guard, user, identifier, turn, weaknesses } = checked;
    let proof = Proof { event: InteractionEvent::SignIn, by: VerifiedBy::Password };
    let mut tx = rekey.store.write().await?;
    sentinel::forgive_network(&mut tx, rekey, caller).await?;
    hold(&mut tx, rekey, user.id.as_str()).await?;
    sentinel::forget(&mut tx, rekey, user.id.as_str()).await?;
    let followed = proved(&mut tx, rekey, caller, proof, identifier.clone()).await?;
    // The request holds the account's row of the throttle, for which every change of a password waits.
    let today = users::by_id(&mut tx, &user.id).await?;
    let is_same = |today: User| {
        today.usable_digest().is_some() && today.password_changed_at == user.password_changed_at
    };
    guard.finish(match followed.filter(|_| today.is_some_and(is_same)) {
        Some(followed) => {
            tx.commit().await?;
            Ok((followed, weaknesses))
        }
        None => {
            tx.rollback().await?;
            wrong(rekey, caller, subject(Some(&user), Some(&identifier)), turn).await
        }
    })
}

async fn check<'a>(
    rekey: &'a Rekey,
    caller: &Caller,
    identifier: Option<Identifier>,
    password: &Secret,
) -> Result<Checked<'a>> {
    offered(rekey, identifier.as_ref())?;
    let (user, turn) = admitted(rekey, caller, identifier.as_ref()).await?;
    let guard = TryGuard::new(rekey, caller, subject(user.as_ref(), identifier.as_ref()), turn);
    let stored = user.as_ref().and_then(User::usable_digest);
    let verdict = match rekey.hasher.verify(caller.network(), password, stored).await {
        Ok(verdict) => verdict,
        Err(error) => {
            let subject = subject(user.as_ref(), identifier.as_ref());
            return guard.finish(unchecked(rekey, caller, subject, turn, error).await);
        }
    };
    let (Some(user), Some(identifier), true) = (&user, &identifier, verdict.matches) else {
        let subject = subject(user.as_ref(), identifier.as_ref());
        return guard.finish(wrong(rekey, caller, subject, turn).await);
    };
    if verdict.outdated {
        passwords::rehash(rekey, caller, user, password).await?;
    }
    // Only now: what is wrong with a password is nobody's business who does not know it.
    let weaknesses = weaknesses(rekey, user, password).await;
    Ok(Checked { guard, user: user.clone(), identifier: identifier.clone(), turn, weaknesses })
}

/// Whether the settings let this kind of identifier sign in by password. It is said openly: it is about what was typed, not about
/// who has it, and who only has to use a code must not believe that the password was wrong.
fn offered(rekey: &Rekey, identifier: Option<&Identifier>) -> Result<()> {
    let live = rekey.live();
    let is_taken = identifier.is_none_or(|identifier| live.password_kinds().has(identifier.kind()));
    if live.lets_in() && is_taken { Ok(()) } else { Err(Refusal::SignInOff.into()) }
}

/// It was counted and could not be checked: a lock that closes all the same is not to be missing in the log.
async fn unchecked<T>(
    rekey: &Rekey,
    caller: &Caller,
    subject: Subject<'_>,
    turn: Try,
    error: Error,
) -> Result<T> {
    let mut tx = rekey.store.write().await?;
    let failure = Failure { turn, usual: Refusal::Credentials };
    sentinel::record_failure(&mut tx, rekey, caller, subject, failure).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Err(error)
}

async fn wrong<T>(rekey: &Rekey, caller: &Caller, subject: Subject<'_>, turn: Try) -> Result<T> {
    let mut tx = rekey.store.write().await?;
    let failure = Failure { turn, usual: Refusal::Credentials };
    let refusal = sentinel::record_failure(&mut tx, rekey, caller, subject, failure).await?;
    let event = Event::refused(EventKind::SignIn, refusal.code(), subject.user.cloned());
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    notify::ring(rekey);
    Err(refusal.into())
}

/// What the policy of today has against this password; nothing where nobody wants to know, and for people who could not change it.
async fn weaknesses(rekey: &Rekey, user: &User, password: &Secret) -> Vec<Violation> {
    let wish = rekey.live().settings.sign_in_experience.password_compliance;
    if wish == PasswordCompliance::Off || !account::may_change_password(rekey) {
        return Vec::new();
    }
    passwords::weaknesses(rekey, password, user).await
}

/// Counts the try against the network, before anybody is looked up, and against the account, or the identifier when nobody has it.
async fn admitted(
    rekey: &Rekey,
    caller: &Caller,
    identifier: Option<&Identifier>,
) -> Result<(Option<User>, Try)> {
    let mut tx = rekey.store.write().await?;
    if let Some(retry_after) = sentinel::admit_network(&mut tx, rekey, caller).await? {
        tx.rollback().await?;
        let refused = Refusal::Throttled { retry_after };
        audit::record_refusal(rekey, caller, EventKind::SignIn, &refused).await?;
        return Err(refused.into());
    }
    let Some(identifier) = identifier else {
        tx.commit().await?;
        return Ok((None, Try::Passes));
    };
    let user = users::by_identifier(&mut tx, identifier).await?;
    let turn =
        sentinel::admit(&mut tx, rekey, &counted_as(user.as_ref(), identifier), Means::Password).await?;
    let refusal = match turn {
        Try::Locked(retry_after) => Refusal::Throttled { retry_after },
        Try::Blocked => Refusal::PasswordBlocked,
        Try::Passes | Try::Last(_) | Try::LastInARow => {
            tx.commit().await?;
            return Ok((user, turn));
        }
    };
    let event = Event::refused(EventKind::SignIn, refusal.code(), user.map(|user| user.id));
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    Err(refusal.into())
}

/// Against whom a try by this identifier was counted.
fn subject<'a>(user: Option<&'a User>, identifier: Option<&'a Identifier>) -> Subject<'a> {
    Subject { user: user.map(|user| &user.id), identifier }
}

/// What it is counted as: the account, or the identifier when nobody has it.
fn counted_as(user: Option<&User>, identifier: &Identifier) -> String {
    user.map_or_else(|| identifier.tagged(), |user| user.id.0.clone())
}

/// Starts the session; none when the password was changed, frozen or the account suspended since it was compared.
async fn enter(
    rekey: &Rekey,
    caller: &Caller,
    user: &User,
    wish: PasswordCompliance,
    held: Option<&Secret>,
) -> Result<Option<Secret>> {
    let before = held_before(rekey, held).await?;
    let mut tx = rekey.store.write().await?;
    sentinel::record_success(&mut tx, rekey, caller, &user.id).await?;
    if !users::mark_signed_in(&mut tx, &user.id, user.password_changed_at, rekey.now()).await? {
        return Ok(None);
    }
    let stay = if wish == PasswordCompliance::Require { Stay::UntilChanged } else { Stay::Ordinary };
    let started = live::start(&mut tx, rekey, caller, user, stay).await?;
    end_before(&mut tx, rekey, before, OwnedSession { user: &user.id, id: &started.id }).await?;
    let scene = Scene::during(caller, InteractionEvent::SignIn, started.id.as_str());
    webhooks::tell(&mut tx, rekey, scene, Fact::SignedIn(user)).await?;
    record(&mut tx, rekey, caller, user, wish).await?;
    tx.commit().await?;
    Ok(Some(started.token))
}

async fn record(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    user: &User,
    wish: PasswordCompliance,
) -> Result<()> {
    audit::record(tx, rekey, caller, &Event::success(EventKind::SignIn, Some(user.id.clone()))).await?;
    note_compliance(tx, rekey, caller, user, wish).await
}
