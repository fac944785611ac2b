//! Passwords: judging new ones, hashing them, checking typed ones. Where they are kept and who may change them is not
//! decided here. The surprise: hashing runs on its own few threads, because it is most of what this program costs.

pub mod argon;
pub mod breaches;
pub mod foreign;
pub mod guess;
pub mod hasher;
pub mod plain;
pub mod policy;
pub mod screening;

use serde::{Deserialize, Serialize};

use crate::model::caller::{Caller, Network};
use crate::model::error::{Error, Refusal, Result};
use crate::model::ids::UserId;
use crate::model::password::Password;
use crate::model::policy::Violation;
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::store::users;

use self::guess::{Guess, own_words};
use self::policy::About;
use super::Rekey;
use super::throttle::{Purpose, Rule, admit, id};

/// A new password that the policy took, as its hash. Nothing else can be saved by a person's own steps; a face may keep it in a sealed
/// cookie between two of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Accepted(Secret);

impl Accepted {
    /// One that was accepted before and kept as this hash until now.
    pub(super) fn before(phc: &str) -> Self {
        Self(Secret::from(phc))
    }

    /// The PHC text.
    pub(super) fn phc(&self) -> &str {
        self.0.expose()
    }
}

/// Whether the password that somebody has may be their new one. On the pages it may: whoever types it again has what they came for, and
/// to compare would cost a second hash. The APIs have a code for it in their contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It may.
    Fine,
    /// It may not.
    Refused,
}

/// Judges a new password by the policy in force and hashes it; the one call that reset, change and every face go through (same_policy).
pub(super) async fn accept(
    rekey: &Rekey,
    caller: &Caller,
    password: &Secret,
    user: &User,
    again: Again,
) -> Result<Accepted> {
    let violations = judged(rekey, caller, password, Some(user)).await?;
    if !violations.is_empty() {
        return Err(Refusal::PasswordWeak(violations).into());
    }
    if let (Again::Refused, Some(stored)) = (again, user.password_digest.as_deref()) {
        differs(rekey, caller, &user.id, stored, password).await?;
    }
    Ok(Accepted(Secret::new(hash(rekey, caller.network(), password).await?)))
}

/// Whoever holds a grant could try out here what the old password was, so that such tries have a budget, too (guess_budget).
async fn differs(
    rekey: &Rekey,
    caller: &Caller,
    user: &UserId,
    stored: &str,
    password: &Secret,
) -> Result<()> {
    let row = id(rekey, Purpose::Comparisons, user.as_str());
    let budget = rekey.live().settings.throttle.guesses_per_account;
    let mut tx = rekey.store.write().await?;
    let waits = admit(&mut tx, rekey, &row, &[Rule::Budget(budget)]).await?;
    tx.commit().await?;
    if let Some(retry_after) = waits {
        return Err(Refusal::Throttled { retry_after }.into());
    }
    let is_same = rekey.hasher.verify(caller.network(), password, Some(stored)).await?.matches;
    if is_same { Err(Refusal::SamePassword.into()) } else { Ok(()) }
}

/// What is wrong with a password, for an operator's machine: everything that `accept` would refuse it for. `user` says whose it is
/// or will be; without one, a policy that looks at the person's own data can't be asked.
pub async fn check(
    rekey: &Rekey,
    caller: &Caller,
    password: &Secret,
    user: Option<&UserId>,
) -> Result<Vec<Violation>> {
    let live = rekey.live();
    let rejects = &live.judge.policy().rejects;
    let user = match user {
        Some(id) => Some(super::users::find(rekey, id).await?.ok_or(Refusal::NotFound)?),
        None if rejects.user_info && !password.expose().is_empty() => {
            return Err(Refusal::PersonNeeded.into());
        }
        None => None,
    };
    judged(rekey, caller, password, user.as_ref()).await
}

/// Every fault of a password. Where the breach check can't be made and then nothing passes, the faults that are known without it
/// are said all the same: they have to be mended anyway.
async fn judged(
    rekey: &Rekey,
    caller: &Caller,
    password: &Secret,
    user: Option<&User>,
) -> Result<Vec<Violation>> {
    let live = rekey.live();
    let about = user.map(About::of).unwrap_or_default();
    let judge = |is_leaked| live.judge.judge(password.expose(), &about, is_leaked);
    if !live.judge.policy().rejects.pwned {
        return Ok(judge(false));
    }
    match screening::is_leaked(rekey, caller, user.map(|user| &user.id), password).await {
        Ok(is_leaked) => Ok(judge(is_leaked)),
        Err(down @ Error::Refused(_)) => Some(judge(false)).filter(|found| !found.is_empty()).ok_or(down),
        Err(failed) => Err(failed),
    }
}

/// What is wrong with a password as far as this machine alone can tell: no server is asked and nothing is written down.
pub(super) fn violations(rekey: &Rekey, password: &Secret, user: &User) -> Vec<Violation> {
    let live = rekey.live();
    let is_listed = live.judge.policy().rejects.pwned && rekey.screening.lists(password);
    live.judge.judge(password.expose(), &About::of(user), is_listed)
}

/// What the policy of today has against a password that was just typed and found right; the same judgement as a new one gets, but
/// a breach server that does not answer keeps nobody from signing in.
pub(super) async fn weaknesses(rekey: &Rekey, password: &Secret, user: &User) -> Vec<Violation> {
    let live = rekey.live();
    let is_leaked = live.judge.policy().rejects.pwned && screening::is_known_leaked(rekey, password).await;
    live.judge.judge(password.expose(), &About::of(user), is_leaked)
}

/// What a page may say of a password while it is typed: the verdict as far as it can be had here, and the guess.
#[derive(Clone, Debug)]
pub struct Glance {
    /// What is wrong with it.
    pub violations: Vec<Violation>,
    /// What it would cost to guess.
    pub guess: Guess,
}

/// Looks at a password that is still being typed. A courtesy: nothing is written, no server is asked, nothing depends on it.
pub(super) async fn glance(rekey: &Rekey, password: &Secret, user: &User) -> Result<Glance> {
    let violations = violations(rekey, password, user);
    let live = rekey.live();
    let brand = live.settings.sign_in_experience.display_name.as_deref().unwrap_or(crate::PRODUCT);
    let guess = rekey.guesser.of(password, own_words(&About::of(user), brand)).await?.under(&violations);
    Ok(Glance { violations, guess })
}

/// Hashes a password for keeping, with a fresh salt, in the turn of this network; what administrators set is in nobody's.
pub(super) async fn hash(rekey: &Rekey, network: Network, password: &Secret) -> Result<String> {
    let parsed = Password::parse(password.expose());
    let parsed = parsed.map_err(|violation| Error::Refused(Refusal::PasswordWeak(vec![violation])))?;
    let mut salt = [0_u8; 16];
    rekey.chance.fill(&mut salt);
    rekey.hasher.hash(network, &parsed, salt).await
}

/// Keeps a password that was just verified under today's parameters, unless it changed meanwhile. Where the queue has no place for
/// it, that waits for another time: the password was right, and refusing it now would leave the try counted as a failure.
pub(super) async fn rehash(rekey: &Rekey, caller: &Caller, user: &User, password: &Secret) -> Result<()> {
    let Some(old) = &user.password_digest else {
        return Ok(());
    };
    let phc = match hash(rekey, caller.network(), password).await {
        Err(Error::Refused(Refusal::Busy { .. })) => return Ok(()),
        other => other?,
    };
    let mut tx = rekey.store.write().await?;
    users::save_rehash(&mut tx, &user.id, old, &phc).await?;
    Ok(tx.commit().await?)
}
