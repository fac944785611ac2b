//! Consent to a third-party application on a custom screen. Both answers lead back to the application. There
//! are no organizations here, so none can be consented to.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::ApiResponse;
use crate::http::api::error::{bad_request, not_found};
use crate::http::experience_api::extractor::{ExperienceJson, ExperienceRequest, StepError};
use crate::http::experience_api::submit::{SubmittedOut, absolute_url};
use crate::http::routes::urls::PostSignInTarget;
use rekey_core::oidc::consent;
use rekey_core::sessions::AuthenticatedUser;
use rekey_core::types::error::{Error, Refusal};

/// Consent to more than the requested scopes.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ConsentSubmission)]
pub struct ConsentIn {
    /// Must be empty.
    #[serde(default)]
    #[schema(max_items = 0)]
    #[validate(length(max = 0, message = "expected none, there are no organizations here"))]
    organization_ids: Vec<String>,
}

/// The consent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConsentInfo)]
struct ConsentOut {
    application: AppOut,
    user: UserOut,
    /// The data that the app would receive.
    #[serde(rename = "missingOIDCScope")]
    missing_oidc_scope: Vec<String>,
}

/// The app that asks for consent.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsentApplication)]
struct AppOut {
    id: String,
    name: String,
}

/// The user who is asked for consent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConsentUser)]
struct UserOut {
    id: String,
    name: Option<String>,
    avatar: Option<String>,
    username: Option<String>,
    primary_email: Option<String>,
    primary_phone: Option<String>,
}

/// The signed-in user and the pending request of the application.
async fn load_pending_consent(request: &ExperienceRequest) -> Result<(AuthenticatedUser, String), StepError> {
    let waiting =
        request.flow_state().current_pending().map(|waiting| waiting.id.clone()).unwrap_or_default();
    let current = request.page.current_session().await?.ok_or(not_found("session.identifier_not_found"))?;
    Ok((current, waiting))
}

/// A request that ended meanwhile counts as missing.
fn map_ended(error: Error) -> StepError {
    match error {
        Error::Refused(Refusal::NotFound) => bad_request("session.not_found").into(),
        other => other.into(),
    }
}

/// `GET /api/interaction/consent`: the pending consent: app, user and scopes.
#[utoipa::path(
    get, path = "/api/interaction/consent", tag = "experience", operation_id = "showConsent",
    responses(
        (status = 200, body = ConsentOut),
        (status = 400, description = "`session.not_found`."),
        (status = 404, description = "`session.identifier_not_found`: no user is signed in."),
    ),
)]
pub async fn show(request: ExperienceRequest) -> ApiResponse {
    request.respond(try_show(&request).await)
}

async fn try_show(request: &ExperienceRequest) -> Result<ApiResponse, StepError> {
    let (current, waiting) = load_pending_consent(request).await?;
    let question = consent::prompt(request.core(), &waiting).await.map_err(map_ended)?;
    let id = request.flow_state().app.unwrap_or_default();
    let user = current.user;
    Ok(HttpResponse::Ok().json(ConsentOut {
        application: AppOut { id, name: question.app },
        user: UserOut {
            id: user.id.0,
            name: user.name,
            avatar: user.avatar,
            username: user.username,
            primary_email: user.email,
            primary_phone: user.phone,
        },
        missing_oidc_scope: question.scope.values().map(str::to_owned).collect(),
    }))
}

/// `POST /api/interaction/consent`: the user consents.
#[utoipa::path(
    post, path = "/api/interaction/consent", tag = "experience", operation_id = "giveConsent",
    request_body = ConsentIn,
    responses(
        (status = 200, description = "The user consented.", body = SubmittedOut),
        (status = 400, description = "`session.not_found`, `guard.invalid_input`."),
        (status = 404, description = "`session.identifier_not_found`: no user is signed in."),
    ),
)]
pub async fn agree(sent: ExperienceJson<ConsentIn>) -> ApiResponse {
    sent.request.respond(try_agree(&sent.request).await)
}

async fn try_agree(request: &ExperienceRequest) -> Result<ApiResponse, StepError> {
    let (current, waiting) = load_pending_consent(request).await?;
    consent::agree(request.context(), &waiting, &current).await.map_err(map_ended)?;
    let redirect_to = absolute_url(request, &request.page.target_url(PostSignInTarget::App, false));
    Ok(HttpResponse::Ok().json(SubmittedOut { redirect_to }))
}

/// `DELETE /api/interaction/consent`: the user denies consent, which the app receives as an error.
#[utoipa::path(
    delete, path = "/api/interaction/consent", tag = "experience", operation_id = "refuseConsent",
    responses(
        (status = 200, description = "The user denied consent.", body = SubmittedOut),
        (status = 400, description = "`session.not_found`."),
        (status = 404, description = "`session.identifier_not_found`: no user is signed in."),
    ),
)]
pub async fn decline(request: ExperienceRequest) -> ApiResponse {
    request.respond(try_decline(&request).await)
}

async fn try_decline(request: &ExperienceRequest) -> Result<ApiResponse, StepError> {
    let (current, waiting) = load_pending_consent(request).await?;
    let response = consent::decline(request.context(), &waiting, &current).await.map_err(map_ended)?;
    request.page.update_flow_state(|flow_state| flow_state.remove_pending(&waiting));
    Ok(HttpResponse::Ok().json(SubmittedOut { redirect_to: response.to_url() }))
}
