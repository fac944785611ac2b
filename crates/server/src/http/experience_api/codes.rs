//! Sends and checks codes by email or SMS. The response is the same for an identifier without an account.
//! `verificationId` is the recovery request's id; the browser that holds the request may enter the code here
//! or on the page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::error::{bad_request, not_found, unprocessable};
use crate::http::api::{ApiError, ApiResponse};
use crate::http::experience_api::error::throttle_as_wait;
use crate::http::experience_api::extractor::{ExperienceJson, ExperienceRequest, StepError};
use crate::http::experience_api::schema::{EventName, IdentifierIn, RecordOut, mismatch_error};
use crate::http::routes::urls::Flow;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::identifier::Identifier;
use rekey_core::types::ids::RequestId;
use rekey_core::types::secret::Secret;
use rekey_core::verification;
use rekey_core::verification::status::{self, RequestStage};

/// Where to send a code.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = InteractionVerificationCodeRequest)]
pub struct SendIn {
    identifier: IdentifierIn,
    /// The purpose that the message names; it must be the active interaction's.
    interaction_event: EventName,
}

/// A received code.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = InteractionVerificationCode)]
pub struct CheckIn {
    identifier: IdentifierIn,
    verification_id: String,
    #[schema(value_type = String)]
    code: Secret,
}

/// `POST /api/experience/verification/verification-code`: sends a code. The response is the same whether or
/// not an account has the identifier.
#[utoipa::path(
    post, path = "/api/experience/verification/verification-code", tag = "experience", operation_id = "sendInteractionCode",
    request_body = SendIn,
    responses(
        (status = 200, description = "A code is on its way, if there is a recipient.", body = RecordOut),
        (status = 400, description = "`session.not_found`, `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: that is not offered here any more."),
        (status = 404, description = "`session.interaction_not_found`."),
        (status = 422, description = "`session.not_supported_for_forgot_password`, `user.sign_in_method_not_enabled`, `user.sign_up_method_not_enabled`: nobody comes in that way here. `session.captcha_required`: begin with a `captchaToken`; `session.captcha_failed`: begin with another."),
        (status = 429, description = "`request.message_rate_limited`: too many from this network. Wait as long as Retry-After says."),
        (status = 501, description = "`connector.not_found`: no connector can send such messages."),
    ),
)]
pub async fn send(sent: ExperienceJson<SendIn>) -> ApiResponse {
    sent.run(try_send).await
}

async fn try_send(request: &ExperienceRequest, body: &SendIn) -> Result<ApiResponse, StepError> {
    let flow = request.active_flow()?;
    let identifier = body.identifier.parse_reachable()?;
    if flow != body.interaction_event.into() {
        let under_way = EventName::from(flow);
        return Err(ApiError::invalid(format!("interactionEvent: {under_way:?} is under way")).into());
    }
    let connects = |channel| request.core().snapshot().has_connector_for(channel);
    if !identifier.channel().is_some_and(connects) {
        return Err(ApiError::new(StatusCode::NOT_IMPLEMENTED, "connector.not_found").into());
    }
    request.ensure_human(flow).await?;
    let request_id = request.flow_state().request_for(flow);
    let created =
        verification::request_code_for(request.context(), flow.purpose(), identifier, request_id.as_ref());
    let created = created.await.map_err(|error| send_error(flow, error))?;
    request.page.update_flow_state(|flow_state| {
        flow_state.remember_identifier(&created.identifier.display());
        flow_state.replace_request(flow, created.request.clone(), None);
    });
    Ok(HttpResponse::Ok().json(RecordOut { verification_id: created.request.0 }))
}

fn send_error(flow: Flow, error: Error) -> StepError {
    let Error::Refused(refusal) = &error else { return error.into() };
    match (refusal, flow) {
        (Refusal::Throttled { retry_after }, _) => {
            let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "request.message_rate_limited");
            error.with_retry_after(*retry_after).into()
        }
        (Refusal::IdentifierMalformed, Flow::ForgotPassword) => {
            unprocessable("session.not_supported_for_forgot_password").into()
        }
        (Refusal::IdentifierMalformed, _) => unprocessable("user.sign_up_method_not_enabled").into(),
        (Refusal::IdentifierUnreachable, _) => unprocessable("user.sign_in_method_not_enabled").into(),
        _ => error.into(),
    }
}

/// `POST /api/experience/verification/verification-code/verify`: checks a code.
#[utoipa::path(
    post, path = "/api/experience/verification/verification-code/verify", tag = "experience", operation_id = "checkInteractionCode",
    request_body = CheckIn,
    responses(
        (status = 200, description = "The code is right.", body = RecordOut),
        (status = 400, description = "`session.not_found`, `verification_code.*`, `session.verification_blocked_too_many_attempts`, `guard.invalid_input`."),
        (status = 404, description = "`session.interaction_not_found`, `session.verification_session_not_found`."),
    ),
)]
pub async fn check(sent: ExperienceJson<CheckIn>) -> ApiResponse {
    sent.run(try_check).await
}

async fn try_check(request: &ExperienceRequest, body: &CheckIn) -> Result<ApiResponse, StepError> {
    let flow = request.active_flow()?;
    let identifier = body.identifier.parse_reachable()?;
    let request_id = request
        .flow_state()
        .request_for(flow)
        .filter(|request_id| request_id.as_str() == body.verification_id);
    let request_id = request_id.ok_or(not_found("session.verification_session_not_found"))?;
    ensure_checkable(request, &request_id, &identifier).await?;
    let grant =
        verification::verify_code(request.context(), flow.purpose(), &request_id, body.code.expose()).await;
    let grant = grant.map_err(throttle_as_wait)?;
    request.page.update_flow_state(|flow_state| flow_state.grant = Some(grant));
    Ok(HttpResponse::Ok().json(RecordOut { verification_id: request_id.0 }))
}

/// Checks everything that does not need the code, in the order of the contract. None of it costs an attempt.
async fn ensure_checkable(
    request: &ExperienceRequest,
    request_id: &RequestId,
    identifier: &Identifier,
) -> Result<(), StepError> {
    let status = status::load_status(request.core(), request_id, request.flow_state().grant.as_ref()).await?;
    let status = status.ok_or(not_found("session.verification_session_not_found"))?;
    if !matches!(status.stage, RequestStage::Waiting | RequestStage::Expired | RequestStage::Exhausted) {
        return Err(bad_request("verification_code.not_found").into());
    }
    if status.identifier != *identifier {
        return Err(mismatch_error(identifier.kind()).into());
    }
    match status.stage {
        _ if status.expires_in <= 0 => Err(bad_request("verification_code.expired").into()),
        RequestStage::Exhausted => Err(bad_request("verification_code.exceed_max_try").into()),
        _ => Ok(()),
    }
}
