//! Passwords: validates new ones, hashes them, saves them (`set`, the one writer), verifies typed ones.
//! Hashing runs on dedicated threads, because it is most of what this program costs.

mod argon;
pub mod breach_check;
pub mod breaches;
pub mod hash_formats;
pub mod hasher;
pub mod password;
pub mod policy;
mod set;
pub mod store;
pub mod strength;

use serde::{Deserialize, Serialize};

use crate::passwords::hash_formats::import::ImportedHash;
use crate::passwords::password::Password;
use crate::passwords::policy::all_violations;
use crate::throttle::{LimitKind, Rule, check_and_count, row_id};
use crate::types::caller::Network;
use crate::types::error::{Error, Refusal, Result};
use crate::types::ids::UserId;
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::{Context, Core};

pub use crate::passwords::policy::{LiveCheck, violations_for_user};
pub(crate) use crate::passwords::policy::{live_check, violations_at_sign_in};
pub use crate::passwords::set::SessionTokenPolicy;
pub(crate) use crate::passwords::set::{
    ChangingSession, SetReason, clear_limits_after_recovery, clear_limits_by_operator, set,
};

/// The hash of a password that may be saved, and the only thing that `set` saves: the policy accepted it, or
/// does not apply to it (operators' choices, digests of other systems). An API or page may hold it in a sealed cookie between two steps.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AcceptedPassword(Secret);

impl AcceptedPassword {
    /// A password that was accepted before and held as this hash.
    pub(crate) fn from_stored_hash(phc: &str) -> Self {
        Self(Secret::from(phc))
    }

    /// The PHC text.
    pub(crate) fn phc(&self) -> &str {
        self.0.expose()
    }
}

/// Whether the current password is allowed as the new one. On the pages it is: a user who types it again has
/// what they came for, and comparing would cost a second hash. The APIs have a code for it in their contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReusePolicy {
    /// It is allowed.
    Allow,
    /// It is refused.
    Reject,
}

/// Validates a new password against the current policy and hashes it; every reset and change on every API and
/// page goes through this call (same_policy).
pub(crate) async fn validate_and_hash(
    context: Context<'_>,
    password: &Secret,
    user: &User,
    again: ReusePolicy,
) -> Result<AcceptedPassword> {
    let violations = all_violations(context, password, Some(user)).await?;
    if !violations.is_empty() {
        return Err(Refusal::PasswordWeak(violations).into());
    }
    if let (ReusePolicy::Reject, Some(stored)) = (again, user.password_digest.as_deref()) {
        ensure_not_reused(context, &user.id, stored, password).await?;
    }
    hash(context.core, context.caller.network(), password).await
}

/// Hashes a password that an operator sets, to which the policy does not apply (decision 17). It belongs to
/// no network.
pub(crate) async fn hash_for_operator(core: &Core, password: &Secret) -> Result<AcceptedPassword> {
    hash(core, Network::Unknown, password).await
}

/// The hash to store for a digest of another system. A fast one is hashed again with ours, so that a stolen
/// database reveals no more about these users than about others (PS-3).
pub(crate) async fn accept_imported(core: &Core, imported: ImportedHash) -> Result<AcceptedPassword> {
    match imported {
        ImportedHash::Stored(text) => Ok(AcceptedPassword(text)),
        ImportedHash::Fast(hash, hex) => {
            let AcceptedPassword(outer) = hash_for_operator(core, &hex).await?;
            Ok(AcceptedPassword(Secret::new(format!("{}+{}", hash.to_prefix(), outer.expose()))))
        }
    }
}

/// The holder of a grant could use this check to guess the old password, so these attempts are limited too
/// (guess_budget).
async fn ensure_not_reused(
    context: Context<'_>,
    user: &UserId,
    stored: &str,
    password: &Secret,
) -> Result<()> {
    let Context { core, caller } = context;
    let row = row_id(core, LimitKind::PasswordComparisons, user.as_str());
    let budget = core.snapshot().settings.throttle.guesses_per_account;
    let mut tx = core.store.write().await?;
    let waits = check_and_count(&mut tx, core, &row, &[Rule::Budget(budget)]).await?;
    tx.commit().await?;
    if let Some(retry_after) = waits {
        return Err(Refusal::Throttled { retry_after }.into());
    }
    let verdict = core.hasher.verify(caller.network(), password, Some(stored)).await?;
    if verdict.matches && verdict.is_whole { Err(Refusal::SamePassword.into()) } else { Ok(()) }
}

/// Hashes a password for storage with a fresh salt, queued for this network.
async fn hash(core: &Core, network: Network, password: &Secret) -> Result<AcceptedPassword> {
    let parsed = Password::parse(password.expose());
    let parsed = parsed.map_err(|violation| Error::Refused(Refusal::PasswordWeak(vec![violation])))?;
    let mut salt = [0_u8; 16];
    core.rng.fill(&mut salt);
    Ok(AcceptedPassword(Secret::new(core.hasher.hash(network, &parsed, salt).await?)))
}

/// Stores a password that was just verified under the current parameters, unless it changed meanwhile. If the
/// queue is full, this is left for another time: the password was correct, and refusing it now would leave
/// the attempt counted as a failure.
pub(crate) async fn rehash(context: Context<'_>, user: &User, password: &Secret) -> Result<()> {
    let Context { core, caller } = context;
    let accepted = match hash(core, caller.network(), password).await {
        Err(Error::Refused(Refusal::Busy { .. })) => return Ok(()),
        other => other?,
    };
    let mut tx = core.store.write().await?;
    set(&mut tx, core, user, &accepted, SetReason::Rehash).await?;
    Ok(tx.commit().await?)
}
