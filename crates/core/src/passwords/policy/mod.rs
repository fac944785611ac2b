//! The password policy: whether a password is acceptable, and everything that is wrong with it: by its own
//! text (`evaluator`), and as a leaked one (`breach_check`). What operators set is in
//! `settings::password_policy`.

mod characters;
pub mod evaluator;
mod restricted_phrases;
mod sequences;
#[cfg(test)]
mod tests;
mod word_list;

use crate::passwords::breach_check;
use crate::passwords::policy::evaluator::UserContext;
use crate::passwords::strength::{StrengthEstimate, own_words};
use crate::types::error::violation::Violation;
use crate::types::error::{Error, Refusal, Result};
use crate::types::ids::UserId;
use crate::types::secret::Secret;
use crate::users::user::User;
use crate::{Context, Core, users};

/// The violations of a password, for API clients: everything that `validate_and_hash` would refuse it for.
/// `user` is its present or future owner; without one, a policy that looks at personal data cannot be
/// evaluated.
pub async fn violations_for_user(
    context: Context<'_>,
    password: &Secret,
    user: Option<&UserId>,
) -> Result<Vec<Violation>> {
    let snapshot = context.snapshot();
    let rejects = &snapshot.evaluator.policy().rejects;
    let user = match user {
        Some(id) => Some(users::search::find(context.core, id).await?.ok_or(Refusal::NotFound)?),
        None if rejects.user_info && !password.expose().is_empty() => {
            return Err(Refusal::UserRequired.into());
        }
        None => None,
    };
    all_violations(context, password, user.as_ref()).await
}

/// All violations of a password. If the breach check is unavailable and therefore refuses every password, the
/// violations found without it are still reported: they have to be fixed anyway.
pub(super) async fn all_violations(
    context: Context<'_>,
    password: &Secret,
    user: Option<&User>,
) -> Result<Vec<Violation>> {
    let snapshot = context.snapshot();
    let about = user.map(UserContext::from_user).unwrap_or_default();
    let judge = |is_leaked| snapshot.evaluator.violations(password.expose(), &about, is_leaked);
    if !snapshot.evaluator.policy().rejects.pwned {
        return Ok(judge(false));
    }
    match breach_check::is_leaked(context, user.map(|user| &user.id), password).await {
        Ok(is_leaked) => Ok(judge(is_leaked)),
        Err(down @ Error::Refused(_)) => Some(judge(false)).filter(|found| !found.is_empty()).ok_or(down),
        Err(failed) => Err(failed),
    }
}

/// The violations that can be found locally: no server is asked and nothing is written.
fn local_violations(core: &Core, password: &Secret, user: &User) -> Vec<Violation> {
    let snapshot = core.snapshot();
    let is_listed =
        snapshot.evaluator.policy().rejects.pwned && core.breach_checker.contains_password(password);
    snapshot.evaluator.violations(password.expose(), &UserContext::from_user(user), is_listed)
}

/// The violations of a correct password that was just typed, by the current policy; the same check as for a
/// new one, but a breach server that does not answer does not prevent sign-in.
pub(crate) async fn violations_at_sign_in(core: &Core, password: &Secret, user: &User) -> Vec<Violation> {
    let snapshot = core.snapshot();
    let is_leaked =
        snapshot.evaluator.policy().rejects.pwned && breach_check::is_known_leaked(core, password).await;
    snapshot.evaluator.violations(password.expose(), &UserContext::from_user(user), is_leaked)
}

/// What a page may show about a password while it is typed: its local violations and its strength.
#[derive(Clone, Debug)]
pub struct LiveCheck {
    /// Its violations.
    pub violations: Vec<Violation>,
    /// How hard it is to guess.
    pub strength: StrengthEstimate,
}

/// Checks a password that is still being typed. It is only a hint: nothing is written, no server is asked,
/// nothing depends on it.
pub(crate) async fn live_check(core: &Core, password: &Secret, user: &User) -> Result<LiveCheck> {
    let violations = local_violations(core, password, user);
    let snapshot = core.snapshot();
    let brand = snapshot.settings.sign_in_experience.display_name.as_deref().unwrap_or(crate::PRODUCT);
    let guess = core
        .strength_estimator
        .estimate(password, own_words(&UserContext::from_user(user), brand))
        .await?
        .cap_by_verdict(&violations);
    Ok(LiveCheck { violations, strength: guess })
}
