//! Refreshes and ends a session. The SDK drops its tokens before it requests sign-out, so nobody waits for
//! that response. Two documented ways to a session are not supported: another provider, and anonymous users.
//! They have an error code of their own, so that an application can hide the button.

use actix_web::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::error::bad_request;
use crate::http::api::{ApiError, ApiResponse};
use crate::http::sdk_api::error::EndpointKind;
use crate::http::sdk_api::extractor::{SdkJson, SdkRequest, SdkUserOrRestrictedRequest, SdkUserRequest};
use crate::http::sdk_api::schema::{DoneOut, TokensOut, done_body};
use rekey_core::sdk::{self, tokens};
use rekey_core::types::secret::Secret;

/// The longest token that is looked up, in bytes.
const MAX_TOKEN_BYTES: usize = 128;

/// A refresh token.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = SdkRefresh)]
pub struct RefreshIn {
    #[schema(value_type = String)]
    refresh_token: Secret,
}

/// `POST …/refresh`: exchanges a refresh token for new tokens. A client that sends it twice within ten
/// seconds gets the same next one; later it ends the session.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/refresh", tag = "sdk",
    params(("app_id" = String, Path, description = "The id of a public application.")),
    request_body = RefreshIn,
    responses(
        (status = 200, description = "New tokens.", body = TokensOut),
        (status = 401, description = "`invalid_refresh_token`: it is unknown, expired, ended, or was used before. It is the only response that means the user is signed out."),
    ),
)]
pub async fn refresh(given: SdkJson<RefreshIn>) -> ApiResponse {
    let by = &given.request;
    let sent = &given.body.refresh_token;
    let token = if sent.expose().len() <= MAX_TOKEN_BYTES { sent.clone() } else { Secret::default() };
    let outcome = tokens::refresh(by.context(), &by.app, &token).await;
    by.respond(outcome.map(|tokens| json!(TokensOut::from(&tokens))), EndpointKind::RefreshesTokens)
}

/// `POST …/signout`: ends this session.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/signout", tag = "sdk", security(("bearer" = [])),
    params(("app_id" = String, Path, description = "The id of a public application.")),
    responses(
        (status = 200, description = "It has ended.", body = DoneOut),
        (status = 401, description = "`invalid_token`: no session has this token."),
    ),
)]
pub async fn sign_out(user: SdkUserOrRestrictedRequest) -> ApiResponse {
    let by = &user.request;
    let outcome = sdk::end_session(by.context(), &user.current).await;
    by.respond(outcome.map(|()| done_body()), EndpointKind::Default)
}

/// `POST …/revoke-all`: ends every session of the signed-in user, on every device and in every app, including
/// this one.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/revoke-all", tag = "sdk", security(("bearer" = [])),
    params(("app_id" = String, Path, description = "The id of a public application.")),
    responses(
        (status = 200, description = "The sessions have ended.", body = DoneOut),
        (status = 401, description = "`invalid_token`."),
        (status = 403, description = "`insufficient_scope`: a password has to be set first."),
    ),
)]
pub async fn revoke_all(user: SdkUserRequest) -> ApiResponse {
    let SdkUserOrRestrictedRequest { request: by, current } = &user.0;
    let outcome = sdk::end_all_sessions(by.context(), current).await;
    by.respond(outcome.map(|()| done_body()), EndpointKind::Default)
}

/// `POST …/oauth/{step}`: not supported: there is no sign-in by another provider.
#[utoipa::path(
    post, path = "/api/v1/paywall/{app_id}/auth/oauth/{step}", tag = "sdk",
    params(("app_id" = String, Path, description = "The id of a public application."), ("step" = String, Path, description = "`init` or `exchange`.")),
    responses((status = 400, description = "`oauth_unavailable`.")),
)]
pub async fn oauth(by: SdkRequest) -> ApiResponse {
    bad_request("oauth_unavailable").into_response(&by.call)
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
