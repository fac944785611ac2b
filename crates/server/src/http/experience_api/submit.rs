//! The last step: saves a new password, starts a session or creates an account. If something is missing, the
//! error names the call to make. A password reset signs nobody in: the user signs in with the new password,
//! and the application's request stays pending.

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::http::api::ApiResponse;
use crate::http::api::error::{not_found, unprocessable};
use crate::http::experience_api::extractor::{ExperienceRequest, StepError};
use crate::http::experience_api::profile::{load_claim, load_grant};
use crate::http::experience_api::progress::{MissingStep, Progress};
use crate::http::middleware::cookies;
use crate::http::routes::urls::Flow;
use rekey_core::recovery;
use rekey_core::sign_in::by_grant;
use rekey_core::types::error::Result;
use rekey_core::{sign_in, sign_up};

/// Where the browser continues.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InteractionRedirect)]
pub(super) struct SubmittedOut {
    /// A URL of this server, which leads back to the app or to the next page.
    pub redirect_to: String,
}

/// `POST /api/experience/submit`: the last step. Saves the new password, starts the session, or creates the
/// account.
#[utoipa::path(
    post, path = "/api/experience/submit", tag = "experience", operation_id = "submitInteraction",
    responses(
        (status = 200, description = "The user is signed in.", body = SubmittedOut),
        (status = 204, description = "The new password is saved. The user is not signed in by it."),
        (status = 400, description = "`session.not_found`."),
        (status = 403, description = "`auth.forbidden`: that is not offered here any more."),
        (status = 404, description = "`session.interaction_not_found`, `session.identifier_not_found`, `session.verification_session_not_found`; `data.next` names the calls that are missing."),
        (status = 422, description = "`user.new_password_required_in_profile`, `user.missing_profile`; `data.next` names the call that is missing. `user.email_already_in_use`, `user.phone_already_in_use`, `user.username_already_in_use`: somebody was faster. `session.captcha_required`, `session.captcha_failed`: begin with a `captchaToken`."),
    ),
)]
pub async fn submit(request: ExperienceRequest) -> ApiResponse {
    request.respond_with_next(try_submit(&request).await).await
}

async fn try_submit(request: &ExperienceRequest) -> Result<ApiResponse, StepError> {
    let flow = request.active_flow()?;
    let progress = Progress::load(request).await?;
    match (progress.missing(), flow) {
        (Some(MissingStep::Proof | MissingStep::Identification), _) => {
            Err(not_found("session.identifier_not_found").into())
        }
        (Some(MissingStep::Password), Flow::ForgotPassword) => {
            Err(unprocessable("user.new_password_required_in_profile").into())
        }
        (Some(MissingStep::Password), _) => Err(unprocessable("user.missing_profile")
            .with_data(json!({ "missingProfile": ["password"] }))
            .into()),
        (None, Flow::ForgotPassword) => save_password(request, &progress).await,
        (None, Flow::SignIn) => start_session(request).await,
        (None, Flow::Register) => create_account(request, &progress).await,
    }
}

async fn save_password(request: &ExperienceRequest, progress: &Progress) -> Result<ApiResponse, StepError> {
    let grant = load_grant(request, Flow::ForgotPassword).await?;
    let accepted = progress.flow_state.password.as_ref();
    let accepted = accepted.ok_or(unprocessable("user.new_password_required_in_profile"))?;
    let completed = recovery::set_password(request.context(), &grant, accepted).await?;
    request.page.update_flow_state(|flow_state| {
        flow_state.clear_recovery();
        flow_state.remember_identifier(&completed.identifier.display());
    });
    Ok(HttpResponse::NoContent().finish())
}

async fn start_session(request: &ExperienceRequest) -> Result<ApiResponse, StepError> {
    let grant = load_grant(request, Flow::SignIn).await?;
    let found = request.flow_state().proved_with;
    let session_token = request.page.session_token();
    let entry = by_grant(request.context(), &grant, found, session_token.as_ref()).await?;
    Ok(signed_in_response(request, entry))
}

async fn create_account(request: &ExperienceRequest, progress: &Progress) -> Result<ApiResponse, StepError> {
    // Sign-up with a username sends no message, so no captcha was checked yet.
    if progress.flow_state.username.is_some() {
        request.ensure_human(Flow::Register).await?;
    }
    let claim = load_claim(request).await?;
    let session_token = request.page.session_token();
    let accepted = progress.flow_state.password.as_ref();
    let entry =
        sign_up::create_account_with(request.context(), &claim, accepted, session_token.as_ref()).await?;
    Ok(signed_in_response(request, entry))
}

fn signed_in_response(request: &ExperienceRequest, entry: sign_in::SignInOutcome) -> ApiResponse {
    let cookie = cookies::session_cookie(&request.call.app.site, &entry.token);
    let onward = request.page.finish_sign_in(entry.weaknesses);
    let mut answer = HttpResponse::Ok().json(SubmittedOut { redirect_to: absolute_url(request, &onward) });
    cookies::add(&mut answer, &cookie);
    answer
}

/// The full URL; an application's start URL is one already.
pub(super) fn absolute_url(request: &ExperienceRequest, onward: &str) -> String {
    let is_path = onward.starts_with('/');
    if is_path { format!("{}{onward}", request.call.app.site.origin) } else { onward.to_owned() }
}
