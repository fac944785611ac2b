//! Removes lockouts before they expire, for an operator who knows that the failed attempts were the user's
//! own.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::ApiResponse;
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use rekey_core::lockout;

/// Whose lockouts to end.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Unlock)]
pub struct UnlockIn {
    #[expect(dead_code, reason = "it has one value")]
    target_type: TargetType,
    /// Email addresses, phone numbers and usernames, as users type them.
    #[schema(min_items = 1, max_items = 20)]
    #[validate(length(min = 1, max = 20))]
    targets: Vec<String>,
}

/// The kind of lockout.
#[derive(Deserialize, ToSchema)]
#[schema(as = UnlockTarget)]
enum TargetType {
    User,
}

/// `POST /api/sentinel-activities/delete`: ends the lockouts of these identifiers and their accounts, and
/// resets their counts.
#[utoipa::path(
    post, path = "/api/sentinel-activities/delete", tag = "management", operation_id = "unlockIdentifiers", request_body = UnlockIn,
    responses((status = 204)),
)]
pub async fn unlock(given: ManagementJson<UnlockIn>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond(try_unlock(&request, &body.targets).await)
}

async fn try_unlock(
    request: &ManagementRequest,
    targets: &[String],
) -> rekey_core::types::error::Result<ApiResponse> {
    lockout::unlock(request.core(), request.actor(), targets).await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}
