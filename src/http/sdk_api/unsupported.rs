//! Calls of the documented SDK that this server does not support: sign-in by another provider, and anonymous
//! users. They have an error code of their own, so that an application can hide the button.

use actix_web::http::StatusCode;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::sdk_api::extractor::SdkRequest;

/// `POST …/oauth/{step}`: not supported: there is no sign-in by another provider.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/oauth/{step}", tag = "sdk",
    params(("app_id" = String, Path, description = "The id of a public application."), ("step" = String, Path, description = "`init` or `exchange`.")),
    responses((status = 400, description = "`oauth_unavailable`.")),
)]
pub async fn oauth(by: SdkRequest) -> ApiResponse {
    ApiError::new(StatusCode::BAD_REQUEST, "oauth_unavailable").into_response(&by.call)
}

/// `POST …/anonymous/{step}`: not supported: there are no anonymous users.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/anonymous/{step}", tag = "sdk",
    params(("app_id" = String, Path, description = "The id of a public application."), ("step" = String, Path, description = "`signin` or `upgrade`.")),
    responses((status = 403, description = "`anonymous_disabled`.")),
)]
pub async fn anonymous(by: SdkRequest) -> ApiResponse {
    ApiError::new(StatusCode::FORBIDDEN, "anonymous_disabled").into_response(&by.call)
}
