//! Proofs that need no message of ours: the password, and a one-time token in a message that the operator
//! sent. Both create a request that is verified from the start.

use actix_web::HttpResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::error::bad_request;
use crate::http::api::{ApiError, ApiResponse};
use crate::http::experience_api::error::throttle_as_wait;
use crate::http::experience_api::extractor::{ExperienceJson, ExperienceRequest, StepError};
use crate::http::experience_api::schema::{IdentifierIn, RecordOut};
use crate::http::routes::urls::Flow;
use rekey_core::types::identifier::Identifier;
use rekey_core::types::secret::Secret;
use rekey_core::{one_time_tokens, sign_in};

/// An identifier and its password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = InteractionPassword)]
pub struct PasswordIn {
    identifier: IdentifierIn,
    #[schema(value_type = String)]
    password: Secret,
}

/// An email address and the token that was sent to it.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = InteractionToken)]
pub struct TokenIn {
    identifier: IdentifierIn,
    #[schema(value_type = String)]
    token: Secret,
}

/// `POST /api/experience/verification/password`: verifies a password, for sign-in. An unknown or suspended
/// user gets the same error as for a wrong password.
#[utoipa::path(
    post, path = "/api/experience/verification/password", tag = "experience", operation_id = "proveInteractionPassword",
    request_body = PasswordIn,
    responses(
        (status = 200, description = "The password is right.", body = RecordOut),
        (status = 400, description = "`session.not_found`, `session.invalid_interaction_type`, `session.verification_blocked_too_many_attempts`, `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: nobody comes in that way here."),
        (status = 404, description = "`session.interaction_not_found`."),
        (status = 422, description = "`session.invalid_credentials`."),
    ),
)]
pub async fn by_password(sent: ExperienceJson<PasswordIn>) -> ApiResponse {
    sent.run(try_by_password).await
}

async fn try_by_password(request: &ExperienceRequest, body: &PasswordIn) -> Result<ApiResponse, StepError> {
    if request.active_flow()? != Flow::SignIn {
        return Err(bad_request("session.invalid_interaction_type").into());
    }
    let identifier = body.identifier.parse()?;
    let proved = sign_in::verify_password(request.context(), identifier, &body.password).await;
    let (followed, weaknesses) = proved.map_err(throttle_as_wait)?;
    request.page.update_flow_state(|flow_state| {
        flow_state.remember_identifier(&followed.identifier.display());
        flow_state.replace_request(Flow::SignIn, followed.request.clone(), Some(followed.grant));
        flow_state.proved_with = weaknesses;
    });
    Ok(HttpResponse::Ok().json(RecordOut { verification_id: followed.request.0 }))
}

/// `POST /api/experience/verification/one-time-token/verify`: redeems a one-time token, even if recovery by
/// code is off. A token works once.
#[utoipa::path(
    post, path = "/api/experience/verification/one-time-token/verify", tag = "experience", operation_id = "proveInteractionToken",
    request_body = TokenIn,
    responses(
        (status = 200, description = "The token is valid.", body = RecordOut),
        (status = 400, description = "`session.not_found`, `one_time_token.token_expired`, `one_time_token.token_consumed`, `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: that is not offered here."),
        (status = 404, description = "`session.interaction_not_found`, `one_time_token.token_not_found`; also for another address than the token's."),
    ),
)]
pub async fn by_token(sent: ExperienceJson<TokenIn>) -> ApiResponse {
    sent.run(try_by_token).await
}

async fn try_by_token(request: &ExperienceRequest, body: &TokenIn) -> Result<ApiResponse, StepError> {
    let flow = request.active_flow()?;
    let Identifier::Email(address) = body.identifier.parse_reachable()? else {
        return Err(ApiError::invalid("identifier.type: expected email".to_owned()).into());
    };
    let followed = one_time_tokens::redeem(request.context(), flow.event(), &address, &body.token).await?;
    request.page.update_flow_state(|flow_state| {
        flow_state.remember_identifier(&followed.identifier.display());
        flow_state.replace_request(flow, followed.request.clone(), Some(followed.grant));
    });
    Ok(HttpResponse::Ok().json(RecordOut { verification_id: followed.request.0 }))
}
