//! Refreshes and ends a session. The SDK drops its tokens before it requests sign-out, so nobody waits for
//! that response.

use serde_json::json;

use crate::http::api::ApiResponse;
use crate::http::sdk_api::error::EndpointKind;
use crate::http::sdk_api::extractor::{SdkJson, SdkUserOrRestrictedRequest, SdkUserRequest};
use crate::http::sdk_api::schema::{DoneOut, RefreshIn, TokensOut, done_body};
use rekey_core::sdk::{self, tokens};
use rekey_core::types::secret::Secret;

/// The longest token that is looked up, in bytes.
const MAX_TOKEN_BYTES: usize = 128;

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
pub async fn refresh(asked: SdkJson<RefreshIn>) -> ApiResponse {
    let by = &asked.request;
    let sent = &asked.body.refresh_token;
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
pub async fn sign_out(let_in: SdkUserOrRestrictedRequest) -> ApiResponse {
    let by = &let_in.request;
    let outcome = sdk::end_session(by.context(), &let_in.current).await;
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
pub async fn revoke_all(signed: SdkUserRequest) -> ApiResponse {
    let by = &signed.request;
    let outcome = sdk::end_all_sessions(by.context(), &signed.current).await;
    by.respond(outcome.map(|()| done_body()), EndpointKind::Default)
}
