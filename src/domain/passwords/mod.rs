//! Passwords: judging new ones, hashing them, checking typed ones. Where they are kept and who may change them is not
//! decided here. The surprise: hashing runs on its own few threads, because it is most of what this program costs.

pub mod argon;
pub mod breach_check;
pub mod breaches;
pub mod hash_formats;
pub mod hasher;
pub mod legacy_hash;
pub mod policy;
pub mod strength;

use serde::{Deserialize, Serialize};

use crate::model::caller::{Caller, Network};
use crate::model::error::{Error, Refusal, Result};
use crate::model::ids::UserId;
use crate::model::password::Password;
use crate::model::policy::Violation;
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::store::users;

use self::policy::UserContext;
use self::strength::{StrengthEstimate, own_words};
use super::Core;
use super::throttle::{LimitKind, Rule, check_and_count, row_id};

/// A new password that the policy took, as its hash. Nothing else can be saved by a person's own steps; a face may keep it in a sealed
/// cookie between two of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AcceptedPassword(Secret);

impl AcceptedPassword {
    /// One that was accepted before and kept as this hash until now.
    pub(super) fn from_stored_hash(phc: &str) -> Self {
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
pub enum ReusePolicy {
    /// It may.
    Allow,
    /// It may not.
    Reject,
}

/// Judges a new password by the policy in force and hashes it; the one call that reset, change and every face go through (same_policy).
pub(super) async fn validate_and_hash(
    rekey: &Core,
    caller: &Caller,
    password: &Secret,
    user: &User,
    again: ReusePolicy,
) -> Result<AcceptedPassword> {
    let violations = all_violations(rekey, caller, password, Some(user)).await?;
    if !violations.is_empty() {
        return Err(Refusal::PasswordWeak(violations).into());
    }
    if let (ReusePolicy::Reject, Some(stored)) = (again, user.password_digest.as_deref()) {
        ensure_not_reused(rekey, caller, &user.id, stored, password).await?;
    }
    Ok(AcceptedPassword(Secret::new(hash(rekey, caller.network(), password).await?)))
}

/// Whoever holds a grant could try out here what the old password was, so that such tries have a budget, too (guess_budget).
async fn ensure_not_reused(
    rekey: &Core,
    caller: &Caller,
    user: &UserId,
    stored: &str,
    password: &Secret,
) -> Result<()> {
    let row = row_id(rekey, LimitKind::PasswordComparisons, user.as_str());
    let budget = rekey.snapshot().settings.throttle.guesses_per_account;
    let mut tx = rekey.store.write().await?;
    let waits = check_and_count(&mut tx, rekey, &row, &[Rule::Budget(budget)]).await?;
    tx.commit().await?;
    if let Some(retry_after) = waits {
        return Err(Refusal::Throttled { retry_after }.into());
    }
    let is_same = rekey.hasher.verify(caller.network(), password, Some(stored)).await?.matches;
    if is_same { Err(Refusal::SamePassword.into()) } else { Ok(()) }
}

/// What is wrong with a password, for an operator's machine: everything that `accept` would refuse it for. `user` says whose it is
/// or will be; without one, a policy that looks at the person's own data can't be asked.
pub async fn violations_for_user(
    rekey: &Core,
    caller: &Caller,
    password: &Secret,
    user: Option<&UserId>,
) -> Result<Vec<Violation>> {
    let live = rekey.snapshot();
    let rejects = &live.evaluator.policy().rejects;
    let user = match user {
        Some(id) => Some(super::users::find(rekey, id).await?.ok_or(Refusal::NotFound)?),
        None if rejects.user_info && !password.expose().is_empty() => {
            return Err(Refusal::UserRequired.into());
        }
        None => None,
    };
    all_violations(rekey, caller, password, user.as_ref()).await
}

/// Every fault of a password. Where the breach check can't be made and then nothing passes, the faults that are known without it
/// are said all the same: they have to be mended anyway.
async fn all_violations(
    rekey: &Core,
    caller: &Caller,
    password: &Secret,
    user: Option<&User>,
) -> Result<Vec<Violation>> {
    let live = rekey.snapshot();
    let about = user.map(UserContext::from_user).unwrap_or_default();
    let judge = |is_leaked| live.evaluator.violations(password.expose(), &about, is_leaked);
    if !live.evaluator.policy().rejects.pwned {
        return Ok(judge(false));
    }
    match breach_check::is_leaked(rekey, caller, user.map(|user| &user.id), password).await {
        Ok(is_leaked) => Ok(judge(is_leaked)),
        Err(down @ Error::Refused(_)) => Some(judge(false)).filter(|found| !found.is_empty()).ok_or(down),
        Err(failed) => Err(failed),
    }
}

/// What is wrong with a password as far as this machine alone can tell: no server is asked and nothing is written down.
pub(super) fn local_violations(rekey: &Core, password: &Secret, user: &User) -> Vec<Violation> {
    let live = rekey.snapshot();
    let is_listed = live.evaluator.policy().rejects.pwned && rekey.breach_checker.contains_password(password);
    live.evaluator.violations(password.expose(), &UserContext::from_user(user), is_listed)
}

/// What the policy of today has against a password that was just typed and found right; the same judgement as a new one gets, but
/// a breach server that does not answer keeps nobody from signing in.
pub(super) async fn violations_at_sign_in(rekey: &Core, password: &Secret, user: &User) -> Vec<Violation> {
    let live = rekey.snapshot();
    let is_leaked =
        live.evaluator.policy().rejects.pwned && breach_check::is_known_leaked(rekey, password).await;
    live.evaluator.violations(password.expose(), &UserContext::from_user(user), is_leaked)
}

/// What a page may say of a password while it is typed: the verdict as far as it can be had here, and the guess.
#[derive(Clone, Debug)]
pub struct LiveCheck {
    /// What is wrong with it.
    pub violations: Vec<Violation>,
    /// What it would cost to guess.
    pub strength: StrengthEstimate,
}

/// Looks at a password that is still being typed. A courtesy: nothing is written, no server is asked, nothing depends on it.
pub(super) async fn live_check(rekey: &Core, password: &Secret, user: &User) -> Result<LiveCheck> {
    let violations = local_violations(rekey, password, user);
    let live = rekey.snapshot();
    let brand = live.settings.sign_in_experience.display_name.as_deref().unwrap_or(crate::PRODUCT);
    let guess = rekey
        .strength_estimator
        .estimate(password, own_words(&UserContext::from_user(user), brand))
        .await?
        .cap_by_verdict(&violations);
    Ok(LiveCheck { violations, strength: guess })
}

/// Hashes a password for keeping, with a fresh salt, in the turn of this network; what administrators set is in nobody's.
pub(super) async fn hash(rekey: &Core, network: Network, password: &Secret) -> Result<String> {
    let parsed = Password::parse(password.expose());
    let parsed = parsed.map_err(|violation| Error::Refused(Refusal::PasswordWeak(vec![violation])))?;
    let mut salt = [0_u8; 16];
    rekey.rng.fill(&mut salt);
    rekey.hasher.hash(network, &parsed, salt).await
}

/// Keeps a password that was just verified under today's parameters, unless it changed meanwhile. Where the queue has no place for
/// it, that waits for another time: the password was right, and refusing it now would leave the try counted as a failure.
pub(super) async fn rehash(rekey: &Core, caller: &Caller, user: &User, password: &Secret) -> Result<()> {
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
