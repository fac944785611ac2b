//! Identifies the user of a verified proof to the browser that holds it. The proof was checked before. A new
//! account is created by the last step and not here, so that a user who gives up leaves nothing behind.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::error::{bad_request, not_found};
use crate::http::api::{ApiError, ApiResponse};
use crate::http::experience_api::extractor::{ExperienceJson, ExperienceRequest, StepError};
use crate::http::experience_api::schema::IdentifierOut;
use crate::http::html::flow_state::IdentifiedUser;
use crate::http::routes::urls::Flow;
use rekey_core::types::identifier::Identifier;
use rekey_core::types::ids::{RequestId, UserId};
use rekey_core::verification::VerifiedGrant;
use rekey_core::verification::grant::{self, GrantOwner};

/// The verification that identifies the user.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Identification)]
pub struct IdentificationIn {
    /// Required, except for a new account with a username.
    verification_id: Option<String>,
    /// Accepted and ignored: there are no social identities.
    #[serde(default)]
    #[expect(dead_code, reason = "clients of this API send it")]
    link_social_identity: Option<bool>,
}

/// `POST /api/experience/identification`: identifies the user by a verification.
#[utoipa::path(
    post, path = "/api/experience/identification", tag = "experience", operation_id = "identifyInteraction",
    request_body = IdentificationIn,
    responses(
        (status = 201, description = "No user yet: the account is created by the last step."),
        (status = 204, description = "The user was identified."),
        (status = 400, description = "`session.not_found`, `session.verification_failed`, `guard.invalid_input`."),
        (status = 401, description = "`user.suspended`."),
        (status = 404, description = "`session.interaction_not_found`, `session.verification_session_not_found`, `user.user_not_exist`."),
        (status = 409, description = "`session.identity_conflict`: another user was identified before."),
    ),
)]
pub async fn identify(sent: ExperienceJson<IdentificationIn>) -> ApiResponse {
    sent.run_with_next(try_identify).await
}

async fn try_identify(
    request: &ExperienceRequest,
    body: &IdentificationIn,
) -> Result<ApiResponse, StepError> {
    let flow = request.active_flow()?;
    let flow_state = request.flow_state();
    let Some(named) = body.verification_id.as_deref() else {
        return match flow_state.username {
            Some(_) => Ok(HttpResponse::Created().finish()),
            None => Err(ApiError::invalid("verificationId: missing".to_owned()).into()),
        };
    };
    if flow_state.request_for(flow).as_ref().map(RequestId::as_str) != Some(named) {
        return Err(not_found("session.verification_session_not_found").into());
    }
    let Some((id, token)) = flow_state.grant_for(flow) else {
        return Err(bad_request("session.verification_failed").into());
    };
    identify_by_grant(request, flow, VerifiedGrant { request: id, token }).await
}

async fn identify_by_grant(
    request: &ExperienceRequest,
    flow: Flow,
    grant: VerifiedGrant,
) -> Result<ApiResponse, StepError> {
    let user = match grant::load_owner(request.core(), flow.purpose(), &grant).await? {
        GrantOwner::User(user) => Some(user),
        GrantOwner::NewUser => None,
        GrantOwner::Suspended => return Err(ApiError::new(StatusCode::UNAUTHORIZED, "user.suspended").into()),
        GrantOwner::Deleted => {
            return Err(not_found("user.user_not_exist").with_data(requested_identifier(request)).into());
        }
    };
    if is_other_user(request, user.as_ref()) {
        return Err(ApiError::new(StatusCode::CONFLICT, "session.identity_conflict").into());
    }
    let mut answer = if user.is_some() { HttpResponse::NoContent() } else { HttpResponse::Created() };
    request.page.update_flow_state(|flow_state| {
        flow_state.identified = Some(IdentifiedUser { request: grant.request, user })
    });
    Ok(answer.finish())
}

/// The identifier that this browser requested a code for.
fn requested_identifier(request: &ExperienceRequest) -> Value {
    let identifier = Identifier::parse(&request.flow_state().identifier);
    json!({ "identifier": identifier.as_ref().map(IdentifierOut::from) })
}

fn is_other_user(request: &ExperienceRequest, user: Option<&UserId>) -> bool {
    let before = request.flow_state().identified.and_then(|before| before.user);
    before.is_some_and(|before| Some(&before) != user)
}
