//! Passwords: judging new ones, hashing them, checking typed ones. Where they are kept and who may change them is not
//! decided here. The surprise: hashing runs on its own few threads, because it is most of what this program costs.

pub mod argon;
pub mod breaches;
pub mod foreign;
pub mod hasher;
pub mod policy;
pub mod screening;

use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::password::Password;
use crate::model::policy::Violation;
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::store::users;

use self::policy::{About, judge};
use super::Rekey;

/// Judges a new password by the policy in force; the one call that reset, change and every face go through (same_policy).
pub(super) async fn accept(rekey: &Rekey, caller: &Caller, password: &Secret, user: &User) -> Result<()> {
    let live = rekey.live();
    let policy = &live.settings.sign_in_experience.password_policy;
    let is_leaked =
        policy.rejects.pwned && screening::is_leaked(rekey, caller, Some(&user.id), password).await?;
    let violations = judge(policy, password.expose(), &About::of(user), is_leaked);
    if violations.is_empty() { Ok(()) } else { Err(Refusal::PasswordWeak(violations).into()) }
}

/// What is wrong with a password as far as this machine alone can tell: no server is asked and nothing is written down.
pub(super) fn violations(rekey: &Rekey, password: &Secret, user: &User) -> Vec<Violation> {
    let live = rekey.live();
    let policy = &live.settings.sign_in_experience.password_policy;
    let is_listed = policy.rejects.pwned && rekey.screening.lists(password);
    judge(policy, password.expose(), &About::of(user), is_listed)
}

/// Hashes a password for keeping, with a fresh salt.
pub(super) async fn hash(rekey: &Rekey, password: &Secret) -> Result<String> {
    let parsed = Password::parse(password.expose());
    let parsed = parsed.map_err(|violation| Error::Refused(Refusal::PasswordWeak(vec![violation])))?;
    let mut salt = [0_u8; 16];
    rekey.chance.fill(&mut salt);
    rekey.hasher.hash(&parsed, salt).await
}

/// Keeps a password that was just verified under today's parameters, unless it changed meanwhile.
pub(super) async fn rehash(rekey: &Rekey, user: &User, password: &Secret) -> Result<()> {
    let Some(old) = &user.password_digest else {
        return Ok(());
    };
    let phc = hash(rekey, password).await?;
    let mut tx = rekey.store.write().await?;
    users::save_rehash(&mut tx, &user.id, old, &phc).await?;
    Ok(tx.commit().await?)
}
