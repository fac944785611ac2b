//! The sign-in experience, and checking a password against its policy. Values set by the bootstrap file can
//! be changed here until the next start applies the file again: `managedByFile` lists them.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use crate::app::AppState;
use crate::http::api::error::{ErrorOut, api_error_response, issues};
use crate::http::api::{ApiResponse, JsonObject};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use rekey_core::settings::SignInExperience;
use rekey_core::types::error::Error;
use rekey_core::types::ids::UserId;
use rekey_core::types::secret::Secret;
use rekey_core::{snapshot, user_management};

/// Fits ten thousand words of a password policy.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The sign-in experience.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ActiveSignInExperience)]
struct ExperienceOut<'a> {
    tenant_id: &'static str,
    id: &'static str,
    #[serde(flatten)]
    #[schema(inline)]
    experience: &'a SignInExperience,
    /// The fields that the bootstrap file sets at every start.
    managed_by_file: &'a [String],
}

/// `GET /api/sign-in-exp`: the sign-in experience.
#[utoipa::path(
    get, path = "/api/sign-in-exp", tag = "management", operation_id = "showSignInExperience",
    responses((status = 200, body = ExperienceOut<'static>)),
)]
pub async fn show(request: ManagementRequest) -> ApiResponse {
    current_response(&request.call.app)
}

fn current_response(app: &AppState) -> ApiResponse {
    let snapshot = app.core.snapshot();
    HttpResponse::Ok().json(ExperienceOut {
        tenant_id: "default",
        id: "default",
        experience: &snapshot.settings.sign_in_experience,
        managed_by_file: &snapshot.managed,
    })
}

/// `PATCH /api/sign-in-exp`: replaces the named fields as a whole; returns all of them.
#[utoipa::path(
    patch, path = "/api/sign-in-exp", tag = "management", operation_id = "updateSignInExperience",
    request_body = SignInExperience,
    responses(
        (status = 200, body = ExperienceOut<'static>),
        (status = 400, description = "`guard.invalid_input`, or `sign_in_experiences.forgot_password_method_requires_connector`."),
    ),
)]
pub async fn update(given: ManagementJson<JsonObject, MAX_BODY_BYTES>) -> ApiResponse {
    let ManagementRequest { call, actor_id } = given.request;
    if let Err(error) = snapshot::patch_experience(call.context(), &actor_id, given.body.0).await {
        return api_error_response(&call, &error);
    }
    match call.app.reload_settings().await {
        Ok(()) => current_response(&call.app),
        Err(cause) => api_error_response(&call, &Error::Failed(cause)),
    }
}

/// A password to check, and its owner.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CheckPassword)]
pub struct CheckPasswordIn {
    #[schema(value_type = String)]
    password: Secret,
    user_id: Option<String>,
}

/// The body of a 400: the violations of the policy, or an error in the request.
#[derive(ToSchema)]
#[schema(as = CheckPasswordFailure)]
#[serde(untagged)]
#[expect(dead_code, reason = "only described")]
enum CheckAnswer {
    Checked(CheckedOut),
    Error(ErrorOut),
}

/// A violation of the policy.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckPasswordResult)]
pub struct CheckedOut {
    result: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    issues: Option<Value>,
}

/// `POST /api/sign-in-exp/default/check-password`: 200 if the password meets the active policy, 400 with the
/// issues if not.
#[utoipa::path(
    post, path = "/api/sign-in-exp/default/check-password", tag = "management", operation_id = "checkPassword",
    request_body = CheckPasswordIn,
    responses(
        (status = 200, body = CheckedOut),
        (status = 400, description = "It does not meet the policy; or `guard.invalid_input`, or `request.invalid_input` when the \
                                      policy looks at the person and nobody said whose password it is.",
         body = CheckAnswer),
        (status = 404, description = "There is no user with this id: `entity.not_found`."),
    ),
)]
pub async fn check_password(given: ManagementJson<CheckPasswordIn>) -> ApiResponse {
    let ManagementJson { request, body: CheckPasswordIn { password, user_id } } = given;
    let call = &request.call;
    let user_id = user_id.map(UserId);
    match user_management::check_password_policy(&call.app.core, request.actor(), &password, user_id.as_ref())
        .await
    {
        Ok(violations) if violations.is_empty() => {
            HttpResponse::Ok().json(CheckedOut { result: true, issues: None })
        }
        Ok(violations) => {
            HttpResponse::BadRequest().json(CheckedOut { result: false, issues: Some(issues(&violations)) })
        }
        Err(error) => api_error_response(call, &error),
    }
}
