//! The lock of an identifier: so many failures in a while, and nothing signs in with it for a time, not even what is right. The
//! tries by password and by code are one count. So many wrong passwords in a row, over any time, and the password waits for a reset.
//! An identifier that nobody has is locked alike (no_oracle).

use crate::model::caller::Caller;
use crate::model::error::{Refusal, Result};
use crate::model::event::{Event, EventKind};
use crate::model::identifier::Identifier;
use crate::model::ids::UserId;
use crate::model::message::Blocked;
use crate::store::sql::Tx;
use crate::store::users;

use super::super::apps::Author;
use super::super::throttle::{
    Purpose, Rule, Turn, admit as admit_try, clear, clear_failures, id, network_id, take_back, turn,
};
use super::super::webhooks::{self, Fact};
use super::super::{Rekey, audit, notify};

/// A try that is counted, and so far as a failure.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain) enum Try {
    /// It may be made.
    Passes,
    /// It may be made; when it fails, the lock is closed for so many seconds.
    Last(i64),
    /// It may not be made for so many seconds.
    Locked(i64),
    /// It may be made; when it fails, the password waits for a reset.
    LastInARow,
    /// It may not be made: the password waits for a reset.
    Blocked,
}

/// Counts a try of a password by this network before anybody is looked up, so that one address can't try a word on every account and
/// the answer tells of none; otherwise the seconds to wait.
pub(in crate::domain) async fn admit_network(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
) -> Result<Option<i64>> {
    let limit = rekey.live().settings.throttle.sign_in_failures_per_network;
    let row = network_id(rekey, Purpose::SignInByNetwork, caller);
    admit_try(tx, rekey, &row, &[Rule::Window(limit)]).await
}

/// The password was right: the network's try is taken back. Its row comes before those of the account, as when a try is counted, so that
/// two transactions never wait for each other.
pub(in crate::domain) async fn forgive_network(tx: &mut Tx, rekey: &Rekey, caller: &Caller) -> Result<()> {
    if rekey.live().settings.throttle.sign_in_failures_per_network.limit > 0 {
        take_back(tx, rekey, &network_id(rekey, Purpose::SignInByNetwork, caller)).await?;
    }
    Ok(())
}

/// The same, and the account's failures are forgotten. Who knows the password is proved, so wrong codes in a row begin anew as well.
pub(in crate::domain) async fn record_success(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    user: &UserId,
) -> Result<()> {
    forgive_network(tx, rekey, caller).await?;
    clear_failures(tx, &id(rekey, Purpose::Guesses, user.as_str())).await?;
    forget(tx, rekey, user.as_str()).await
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) enum Means {
    /// A password.
    Password,
    /// A code, whose failures in a row are counted with all codes of the account.
    Code,
}

/// Counts a try of this subject, an account or an identifier that nobody has. A password only waits for a reset where there are resets.
pub(in crate::domain) async fn admit(tx: &mut Tx, rekey: &Rekey, subject: &str, means: Means) -> Result<Try> {
    let live = rekey.live();
    let lock = Rule::Lock(live.settings.throttle.sign_in_failures);
    let row = id(rekey, Purpose::SignIn, subject);
    let turn = match means == Means::Password && live.channels().any() {
        true => turn(tx, rekey, &row, &[lock, Rule::InARow]).await?,
        false => turn(tx, rekey, &row, &[lock]).await?,
    };
    Ok(match turn {
        Turn::Passes => Try::Passes,
        Turn::Locks(seconds) => Try::Last(seconds),
        Turn::Waits(seconds) => Try::Locked(seconds),
        Turn::Blocks => Try::LastInARow,
        Turn::Blocked => Try::Blocked,
    })
}

/// Against whom a try was counted.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain) struct Subject<'a> {
    /// The account; none when nobody has the identifier.
    pub user: Option<&'a UserId>,
    /// The identifier.
    pub identifier: Option<&'a Identifier>,
}

/// A try that failed.
pub(in crate::domain) struct Failure {
    /// What it was for the lock.
    pub turn: Try,
    /// What it is answered when it closes and blocks nothing.
    pub usual: Refusal,
}

/// A wrong password, by whoever has this identifier or nobody: what it is answered. The failure that closes the lock is itself answered as
/// locked, and the one that blocks the password as blocked; its owner hears of that once.
pub(in crate::domain) async fn record_failure(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    subject: Subject<'_>,
    failure: Failure,
) -> Result<Refusal> {
    let refusal = match failure.turn {
        Try::Last(retry_after) => Refusal::Throttled { retry_after },
        Try::LastInARow => Refusal::PasswordBlocked,
        Try::Passes | Try::Locked(_) | Try::Blocked => return Ok(failure.usual),
    };
    record_lockout(tx, rekey, caller, subject).await?;
    if refusal == Refusal::PasswordBlocked {
        notify::enqueue_block_notice(tx, rekey, caller, subject.user, Blocked::Password).await?;
    }
    Ok(refusal)
}

/// The last try failed: the lock is closed. Said once for each lock.
pub(in crate::domain) async fn record_lockout(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    subject: Subject<'_>,
) -> Result<()> {
    if let Some(identifier) = subject.identifier {
        webhooks::tell(tx, rekey, caller, Fact::Locked(identifier)).await?;
    }
    let event = Event::ended(EventKind::IdentifierLockout, "locked", subject.user.cloned());
    audit::record(tx, rekey, caller, &event).await
}

/// Forgets the failures, after a success.
pub(in crate::domain) async fn forget(tx: &mut Tx, rekey: &Rekey, subject: &str) -> Result<()> {
    clear(tx, &id(rekey, Purpose::SignIn, subject)).await
}

/// The most identifiers that are unlocked at once.
const MOST: usize = 20;

/// Opens the locks of these identifiers and of their accounts before their time: what was counted against them is forgotten.
pub async fn unlock(rekey: &Rekey, by: Author<'_>, typed: &[String]) -> Result<()> {
    let mut parsed: Vec<_> = typed.iter().map(|text| Identifier::parse(text)).collect();
    let mut problems: Vec<String> = parsed
        .iter()
        .enumerate()
        .filter(|(_, identifier)| identifier.is_none())
        .map(|(at, _)| format!("targets[{at}]: expected an address, a number or a username"))
        .collect();
    if typed.is_empty() || typed.len() > MOST {
        problems.push(format!("targets: expected 1 to {MOST}"));
    }
    if !problems.is_empty() {
        return Err(Refusal::SettingsInvalid(problems).into());
    }
    // In one order, whatever that of the caller: two unlocks at once must not wait for each other.
    parsed.sort_by_key(|identifier| identifier.as_ref().map(Identifier::tagged));
    let mut tx = rekey.store.write().await?;
    for identifier in parsed.iter().flatten() {
        let user = users::by_identifier(&mut tx, identifier).await?;
        let subjects = user.iter().map(|user| user.id.0.clone()).chain([identifier.tagged()]);
        for subject in subjects {
            clear(&mut tx, &id(rekey, Purpose::Guesses, &subject)).await?;
            forget(&mut tx, rekey, &subject).await?;
        }
        let event = Event::ended(EventKind::IdentifierLockout, "unlocked", user.map(|user| user.id));
        audit::record(&mut tx, rekey, by.caller, &event.about(by.key)).await?;
    }
    Ok(tx.commit().await?)
}
