//! Lists and ends the signed-in user's sessions. It never shows a session's token.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::account_api::extractor::AccountRequest;
use crate::http::api::ApiResponse;
use crate::http::api::api_request::unauthorized;
use rekey_core::account;
use rekey_core::sessions::Session;
use rekey_core::types::error::{AccountApiError, Error, Refusal, Result};
use rekey_core::types::ids::SessionId;

/// The sessions of a user.
#[derive(Serialize, ToSchema)]
#[schema(as = MySessions)]
pub struct SessionsOut {
    sessions: Vec<SessionOut>,
}

/// One session. Timestamps are milliseconds since 1970, those of the payload seconds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MySession)]
pub struct SessionOut {
    payload: SessionPayloadOut,
    expires_at: i64,
    created_at: i64,
    last_seen_at: i64,
    ip: String,
    user_agent: String,
    /// Whether the user signed in to the calling app in this session.
    is_current: bool,
}

/// The payload of a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MySessionPayload)]
pub struct SessionPayloadOut {
    uid: String,
    account_id: String,
    login_ts: i64,
    exp: i64,
}

fn to_session_out(session: Session, request: &AccountRequest) -> SessionOut {
    SessionOut {
        is_current: session.id == request.principal.session,
        payload: SessionPayloadOut {
            uid: session.id.0,
            account_id: session.user_id.0,
            login_ts: session.created_at.0 / 1000,
            exp: session.expires_at.0 / 1000,
        },
        expires_at: session.expires_at.0,
        created_at: session.created_at.0,
        last_seen_at: session.last_seen_at.0,
        ip: session.ip,
        user_agent: session.user_agent,
    }
}

/// The response about sessions and grants: a missing scope is 401 here, as clients of this API expect.
pub(super) fn respond(request: &AccountRequest, outcome: Result<ApiResponse>) -> ApiResponse {
    match outcome {
        Err(Error::Refused(Refusal::Account(AccountApiError::ScopeMissing))) => {
            unauthorized("auth.unauthorized").into_response(&request.call)
        }
        other => request.respond(other),
    }
}

/// `GET /api/my-account/sessions`: the user's sessions, the last used first.
#[utoipa::path(
    get, path = "/api/my-account/sessions", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a recent verification.")),
    responses(
        (status = 200, description = "The sessions.", body = SessionsOut),
        (status = 400, description = "`account_center.not_enabled`, `account_center.field_not_enabled`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
    ),
)]
pub async fn list_sessions(request: AccountRequest) -> ApiResponse {
    let found = account::list_sessions(request.core(), &request.principal, request.verification_id()).await;
    let all = |found: Vec<Session>| {
        let sessions = found.into_iter().map(|one| to_session_out(one, &request)).collect();
        HttpResponse::Ok().json(SessionsOut { sessions })
    };
    respond(&request, found.map(all))
}

/// `DELETE /api/my-account/sessions/{id}`: ends the session and the grants of apps that began in it.
#[utoipa::path(
    delete, path = "/api/my-account/sessions/{id}", tag = "account", security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The `uid` of the session."),
        ("logto-verification-id" = Option<String>, Header, description = "The record of a recent verification."),
    ),
    responses(
        (status = 204, description = "It has ended."),
        (status = 400, description = "`account_center.not_enabled`, `account_center.field_not_editable`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
        (status = 404, description = "`entity.not_found`"),
    ),
)]
pub async fn end_session(request: AccountRequest, id: Path<String>) -> ApiResponse {
    let id = SessionId(id.into_inner());
    let outcome =
        account::end_session(request.context(), &request.principal, request.verification_id(), &id).await;
    respond(&request, outcome.map(|()| HttpResponse::NoContent().finish()))
}
