//! Starts an interaction, switches it between sign-in and sign-up, and shows its state. Starting again drops
//! the previous state, but not the application's request.

mod schema;

use actix_web::HttpResponse;
use serde_json::Map;

use crate::http::api::ApiResponse;
use crate::http::api::error::{bad_request, not_found};
use crate::http::experience_api::extractor::{ExperienceJson, ExperienceRequest, StepError};
use crate::http::experience_api::interaction::schema::{
    BeginIn, CaptchaOut, InteractionOut, ProfileOut, SwitchIn, to_record_out,
};
use crate::http::experience_api::progress::Progress;
use crate::http::routes::urls::Flow;
use rekey_core::captcha;
use rekey_core::oidc::authorize;
use rekey_core::types::error::Refusal;

/// `PUT /api/experience`: begins an interaction. An earlier one of this browser ends.
#[utoipa::path(
    put, path = "/api/experience", tag = "experience", operation_id = "beginInteraction",
    request_body = BeginIn,
    responses(
        (status = 204, description = "The interaction has begun."),
        (status = 400, description = "`session.not_found`: this browser has no pending request of an app. `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: that is not offered here."),
        (status = 422, description = "`session.captcha_failed`."),
    ),
)]
pub async fn begin(sent: ExperienceJson<BeginIn>) -> ApiResponse {
    sent.run(try_begin).await
}

async fn try_begin(request: &ExperienceRequest, body: &BeginIn) -> Result<ApiResponse, StepError> {
    let flow = Flow::from(body.interaction_event);
    let flow_state = request.flow_state();
    let waiting = flow_state.current_pending().map(|waiting| waiting.id.as_str()).unwrap_or_default();
    if !authorize::is_pending(request.core(), waiting).await? {
        return Err(bad_request("session.not_found").into());
    }
    ensure_enabled(request, flow)?;
    let human = match &body.captcha_token {
        Some(token) => captcha::issue_pass(request.context(), flow.captcha_action(), token).await?,
        None => None,
    };
    request.page.update_flow_state(|flow_state| {
        flow_state.start_flow(flow);
        flow_state.human = human;
    });
    Ok(HttpResponse::NoContent().finish())
}

fn ensure_enabled(request: &ExperienceRequest, flow: Flow) -> Result<(), StepError> {
    let snapshot = request.core().snapshot();
    match flow {
        Flow::SignIn if !snapshot.allows_sign_in() => Err(StepError::Core(Refusal::SignInDisabled.into())),
        Flow::Register if !snapshot.sign_up_kinds().any() => {
            Err(StepError::Core(Refusal::SignUpDisabled.into()))
        }
        _ => Ok(()),
    }
}

/// `PUT /api/experience/interaction-event`: changes from sign-in to registration or back. Verifications do
/// not carry over.
#[utoipa::path(
    put, path = "/api/experience/interaction-event", tag = "experience", operation_id = "switchInteraction",
    request_body = SwitchIn,
    responses(
        (status = 204, description = "The event was changed."),
        (status = 400, description = "`session.not_found`, `session.not_supported_for_forgot_password`, `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: that is not offered here."),
        (status = 404, description = "`session.interaction_not_found`."),
    ),
)]
pub async fn switch(sent: ExperienceJson<SwitchIn>) -> ApiResponse {
    sent.run(async |request, body| try_switch(request, body.interaction_event.into())).await
}

fn try_switch(request: &ExperienceRequest, to: Flow) -> Result<ApiResponse, StepError> {
    let from = request.active_flow()?;
    if from != to && (from == Flow::ForgotPassword || to == Flow::ForgotPassword) {
        return Err(bad_request("session.not_supported_for_forgot_password").into());
    }
    ensure_enabled(request, to)?;
    if from != to {
        request.page.update_flow_state(|flow_state| {
            flow_state.start_flow(to);
            flow_state.human = None;
        });
    }
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /api/experience/interaction`: the state of the interaction, and the possible next calls.
#[utoipa::path(
    get, path = "/api/experience/interaction", tag = "experience", operation_id = "showInteraction",
    responses(
        (status = 200, body = InteractionOut),
        (status = 400, description = "`session.not_found`."),
        (status = 404, description = "`session.interaction_not_found`."),
    ),
)]
pub async fn show(request: ExperienceRequest) -> ApiResponse {
    let response = match Progress::load(&request).await {
        Ok(progress) => interaction_response(&progress),
        Err(error) => Err(error.into()),
    };
    request.respond(response)
}

fn interaction_response(progress: &Progress) -> Result<ApiResponse, StepError> {
    let flow = progress.flow.ok_or(not_found("session.interaction_not_found"))?;
    let flow_state = &progress.flow_state;
    let user = flow_state.identified.as_ref().and_then(|identified| identified.user.clone());
    let records = progress.request.iter();
    let records = records.map(|(id, status)| to_record_out(flow, id, status, progress.is_proved()));
    Ok(HttpResponse::Ok().json(InteractionOut {
        interaction_event: flow.into(),
        user_id: user.map(|user| user.0),
        profile: ProfileOut {
            username: flow_state.username.clone(),
            has_password: flow_state.password.is_some(),
        },
        verification_records: records.collect(),
        mfa: Map::new(),
        captcha: CaptchaOut { verified: flow_state.human.is_some(), skipped: flow_state.human.is_none() },
        next: progress.next_calls(),
    }))
}
