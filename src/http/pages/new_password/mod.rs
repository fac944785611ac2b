//! Choosing the new password, and the success page. The grant in the cookie opens this page; the database
//! decides whether it is still valid. A refused password does not use it up.

/// The live check.
pub mod check;

use serde::Deserialize;
use validator::Validate;

use crate::http::pages::verification_code::redirect_without_grant;
use crate::http::pages::views::{DoneView, NewPasswordView};
use rekey_core::recovery;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::secret::Secret;
use rekey_core::verification::VerifiedGrant;
use rekey_server::http::html::flow_state::Flash;
use rekey_server::http::html::form::Form;
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page::policy_checklist;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::html::signed_in::clear_site_data;
use rekey_server::http::routes::urls::{self, Flow};

/// The fields of the form.
#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
pub struct NewPasswordForm {
    #[serde(default)]
    pub(super) new_password: Secret,
}

/// `GET /forgot-password/reset`.
pub async fn show(request: PageRequest) -> PageResponse {
    let Some(grant) = current_grant(&request) else {
        return request.redirect(urls::FORGOT);
    };
    match recovery::load_identifier(&request.app.core, &grant).await {
        Ok(identifier) => request.ok(&build_view(&request, identifier.display(), None)),
        Err(Error::Refused(_)) => redirect_without_grant(&request, Flow::ForgotPassword).await,
        Err(failed) => request.error_response(&failed, urls::FORGOT),
    }
}

/// The grant of this browser, if there is one.
fn current_grant(request: &PageRequest) -> Option<VerifiedGrant> {
    let (id, token) = request.flow_state().grant_for(Flow::ForgotPassword)?;
    Some(VerifiedGrant { request: id, token })
}

fn build_view(request: &PageRequest, identifier: String, refusal: Option<&Refusal>) -> NewPasswordView {
    new_password_view(request, Flow::ForgotPassword, identifier, refusal)
}

/// The page to choose a password, for the flows that end with one.
pub(super) fn new_password_view(
    request: &PageRequest,
    flow: Flow,
    identifier: String,
    refusal: Option<&Refusal>,
) -> NewPasswordView {
    let snapshot = request.app.core.snapshot();
    let policy = &snapshot.settings.sign_in_experience.password_policy;
    let (violations, problem) = FormError::from_password_refusal(refusal);
    NewPasswordView {
        page: request.page(),
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
pub async fn submit(request: PageRequest, form: Form<NewPasswordForm>) -> PageResponse {
    let Some(grant) = current_grant(&request) else {
        return request.redirect(urls::FORGOT);
    };
    match recovery::reset_password(request.context(), &grant, &form.0.new_password).await {
        Ok(completed) => {
            request.update_flow_state(|flow_state| {
                flow_state.clear_recovery();
                flow_state.remember_identifier(&completed.identifier.display());
                flow_state.flash = Some(Flash::Reset(completed.ended_sessions));
            });
            let mut reply = request.redirect(urls::DONE);
            clear_site_data(&mut reply);
            reply
        }
        Err(Error::Refused(Refusal::GrantInvalid)) => {
            redirect_without_grant(&request, Flow::ForgotPassword).await
        }
        Err(Error::Refused(refusal)) => {
            request.rerender(&refusal, &build_view(&request, request.flow_state().identifier, Some(&refusal)))
        }
        Err(failed) => request.error_response(&failed, urls::NEW_PASSWORD),
    }
}

/// `GET /forgot-password/done`: what changed, and the way back. It can be reloaded until something else
/// happens.
pub async fn show_done(request: PageRequest) -> PageResponse {
    let flow_state = request.flow_state();
    let Some(Flash::Reset(ended_sessions)) = flow_state.flash else {
        return request.redirect(urls::SIGN_IN);
    };
    request.ok(&DoneView {
        page: request.page(),
        identifier: flow_state.identifier,
        ended_sessions,
        notified: true,
        sign_in: urls::sign_in_url(flow_state.app.as_deref()),
    })
}
