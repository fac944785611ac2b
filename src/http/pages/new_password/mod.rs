//! Choosing the new password, and the success page. The grant in the cookie opens this page; the database
//! decides whether it is still valid. A refused password does not use it up.

/// The live check.
pub mod check;

use serde::Deserialize;
use validator::Validate;

use crate::http::html::flow_state::Flash;
use crate::http::html::form::Form;
use crate::http::html::page::form_error::FormError;
use crate::http::html::page::policy_checklist;
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::html::signed_in::clear_site_data;
use crate::http::pages::views::{DoneView, NewPasswordView};
use crate::http::routes::urls::{self, Flow};
use rekey_core::recovery;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::secret::Secret;
use rekey_core::verification::VerifiedGrant;

/// The fields of the form.
#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
pub struct NewPasswordForm {
    #[serde(default)]
    pub(super) new_password: Secret,
}

/// `GET /forgot-password/reset`.
pub async fn show(visit: PageRequest) -> PageResponse {
    let Some(grant) = current_grant(&visit) else {
        return visit.redirect(urls::FORGOT);
    };
    match recovery::load_identifier(&visit.app.core, &grant).await {
        Ok(identifier) => visit.ok(&build_view(&visit, identifier.display(), None)),
        Err(Error::Refused(_)) => redirect_to_start(&visit),
        Err(failed) => visit.error_response(&failed, urls::FORGOT),
    }
}

/// The grant of this browser, if there is one.
fn current_grant(visit: &PageRequest) -> Option<VerifiedGrant> {
    let (request, token) = visit.flow_state().grant_for(Flow::ForgotPassword)?;
    Some(VerifiedGrant { request, token })
}

/// The grant is spent or expired: redirects to where a new one is requested, with the identifier kept.
fn redirect_to_start(visit: &PageRequest) -> PageResponse {
    visit.update_flow_state(|journey| journey.grant = None);
    visit.redirect(urls::CODE)
}

fn build_view(visit: &PageRequest, identifier: String, refusal: Option<&Refusal>) -> NewPasswordView {
    new_password_view(visit, Flow::ForgotPassword, identifier, refusal)
}

/// The page to choose a password, for the flows that end with one.
pub(super) fn new_password_view(
    visit: &PageRequest,
    flow: Flow,
    identifier: String,
    refusal: Option<&Refusal>,
) -> NewPasswordView {
    let live = visit.app.core.snapshot();
    let policy = &live.settings.sign_in_experience.password_policy;
    let (violations, problem) = FormError::from_password_refusal(refusal);
    NewPasswordView {
        page: visit.page(),
        flow,
        identifier,
        rules: policy_checklist::list_rules(policy),
        passwordrules: policy_checklist::passwordrules_attribute(policy),
        min: policy.length.min,
        violations,
        problem,
    }
}

/// `POST /forgot-password/reset`.
pub async fn submit(visit: PageRequest, form: Form<NewPasswordForm>) -> PageResponse {
    let Some(grant) = current_grant(&visit) else {
        return visit.redirect(urls::FORGOT);
    };
    match recovery::reset_password(visit.context(), &grant, &form.0.new_password).await {
        Ok(completed) => {
            visit.update_flow_state(|journey| {
                journey.clear_recovery();
                journey.remember_identifier(&completed.identifier.display());
                journey.told = Some(Flash::Reset(completed.ended_sessions));
            });
            let mut reply = visit.redirect(urls::DONE);
            clear_site_data(&mut reply);
            reply
        }
        Err(Error::Refused(Refusal::GrantInvalid)) => redirect_to_start(&visit),
        Err(Error::Refused(refusal)) => {
            visit.rerender(&refusal, &build_view(&visit, visit.flow_state().identifier, Some(&refusal)))
        }
        Err(failed) => visit.error_response(&failed, urls::NEW_PASSWORD),
    }
}

/// `GET /forgot-password/done`: what changed, and the way back. It can be reloaded until something else
/// happens.
pub async fn show_done(visit: PageRequest) -> PageResponse {
    let journey = visit.flow_state();
    let Some(Flash::Reset(ended_sessions)) = journey.told else {
        return visit.redirect(urls::SIGN_IN);
    };
    visit.ok(&DoneView {
        page: visit.page(),
        identifier: journey.identifier,
        ended_sessions,
        notified: true,
        sign_in: urls::sign_in_url(journey.app.as_deref()),
    })
}
