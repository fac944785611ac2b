//! Choosing the new password, and the page that says it worked. The grant in the cookie opens this page; the database says whether it
//! is still good. A refused password costs nothing but another try.

/// Looking at it while it is typed.
pub mod check;

use serde::Deserialize;

use crate::domain::recovery::complete::{self, Grant};
use crate::faces::common::form::Form;
use crate::faces::common::journey::Told;
use crate::faces::common::page::problem::Problem;
use crate::faces::common::page::rules;
use crate::faces::common::urls::{self, Flow};
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::sign_in::clear_site;
use crate::faces::pages::views::{DoneView, NewPasswordView};
use crate::model::error::{Error, Refusal};
use crate::model::secret::Secret;

/// What the form holds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPasswordForm {
    #[serde(default)]
    pub(super) new_password: Secret,
}

/// `GET /forgot-password/reset`.
pub async fn show(visit: Visit) -> Reply {
    let Some(grant) = grant(&visit) else {
        return visit.go(urls::FORGOT);
    };
    match complete::look(&visit.app.rekey, &grant).await {
        Ok(identifier) => visit.show(&view(&visit, identifier.display(), None)),
        Err(Error::Refused(_)) => gone(&visit),
        Err(failed) => visit.refuse(&failed, urls::FORGOT),
    }
}

/// What this browser holds of a proof, if anything.
pub fn grant(visit: &Visit) -> Option<Grant> {
    let (request, token) = visit.journey().granted(Flow::ForgotPassword)?;
    Some(Grant { request, token })
}

/// The grant is spent or too old: back to where a new one is made, with the address still there.
fn gone(visit: &Visit) -> Reply {
    visit.remember(|journey| journey.grant = None);
    visit.go(urls::CODE)
}

fn view(visit: &Visit, identifier: String, refusal: Option<&Refusal>) -> NewPasswordView {
    choosing(visit, Flow::ForgotPassword, identifier, refusal)
}

/// The page that chooses a password, in the journeys that end with one.
pub fn choosing(visit: &Visit, flow: Flow, identifier: String, refusal: Option<&Refusal>) -> NewPasswordView {
    let live = visit.app.rekey.live();
    let policy = &live.settings.sign_in_experience.password_policy;
    let (violations, problem) = Problem::of_password(refusal);
    NewPasswordView {
        page: visit.page(),
        flow,
        identifier,
        rules: rules::of(policy),
        passwordrules: rules::passwordrules(policy),
        min: policy.length.min,
        violations,
        problem,
    }
}

/// `POST /forgot-password/reset`.
pub async fn submit(visit: Visit, form: Form<NewPasswordForm>) -> Reply {
    let Some(grant) = grant(&visit) else {
        return visit.go(urls::FORGOT);
    };
    match complete::complete(&visit.app.rekey, &visit.caller, &grant, &form.0.new_password).await {
        Ok(completed) => {
            visit.remember(|journey| {
                journey.leave_recovery();
                journey.typed(&completed.identifier.display());
                journey.told = Some(Told::Reset(completed.ended_sessions));
            });
            let mut reply = visit.go(urls::DONE);
            clear_site(&mut reply);
            reply
        }
        Err(Error::Refused(Refusal::GrantGone)) => gone(&visit),
        Err(Error::Refused(refusal)) => {
            visit.again(&refusal, &view(&visit, visit.journey().identifier, Some(&refusal)))
        }
        Err(failed) => visit.refuse(&failed, urls::NEW_PASSWORD),
    }
}

/// `GET /forgot-password/done`: what changed, and the way back. Shown for as long as nothing else happens, so a reload is safe.
pub async fn done(visit: Visit) -> Reply {
    let journey = visit.journey();
    let Some(Told::Reset(ended_sessions)) = journey.told else {
        return visit.go(urls::SIGN_IN);
    };
    visit.show(&DoneView {
        page: visit.page(),
        identifier: journey.identifier,
        ended_sessions,
        notified: true,
        sign_in: urls::sign_in_again(journey.app.as_deref()),
    })
}
