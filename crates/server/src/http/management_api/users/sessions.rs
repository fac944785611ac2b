//! Lists and ends a user's sessions. It never shows a session's token.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::extractor::ManagementRequest;
use crate::http::management_api::pagination::ListQuery;
use crate::http::management_api::users::find_user;
use rekey_core::sessions;
use rekey_core::sessions::Session;
use rekey_core::types::error::Result;
use rekey_core::types::ids::{SessionId, UserId};
use rekey_core::types::time::Timestamp;

/// `GET /api/users/{id}/sessions`: the user's sessions, the last used first.
#[utoipa::path(
    get, path = "/api/users/{id}/sessions", tag = "management", operation_id = "listUserSessions", params(("id", description = "The user.")),
    responses((status = 200, body = SessionsOut), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn list(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let id = UserId(id.into_inner());
    request.respond_for_id(id.as_str(), try_list(&request, &id).await)
}

async fn try_list(request: &ManagementRequest, id: &UserId) -> Result<ApiResponse> {
    find_user(request, id.as_str()).await?;
    let sessions = sessions::list(request.core(), id).await?;
    let sessions = sessions.into_iter().map(SessionOut::from).collect();
    Ok(HttpResponse::Ok().json(SessionsOut { sessions }))
}

/// `DELETE /api/users/{id}/sessions/{sid}`: ends the session and the grants of apps that began in it.
#[utoipa::path(
    delete, path = "/api/users/{id}/sessions/{session}", tag = "management", operation_id = "deleteUserSession",
    params(("id", description = "The user."), ("session", description = "The session."), ("revokeGrantsTarget" = Option<String>, Query, description = "Only `all` is accepted: a session ends with all of its grants.")),
    responses((status = 204), (status = 400, description = "`guard.invalid_input`."), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(
    request: ManagementRequest,
    place: Path<(String, String)>,
    http_request: HttpRequest,
) -> ApiResponse {
    if let Some(refused) = reject_partial_revocation(&request, &http_request) {
        return refused;
    }
    let (id, session) = place.into_inner();
    let id = UserId(id);
    let session = SessionId(session);
    let outcome = sessions::end(request.context(), &id, &session).await;
    request.respond_for_id(session.as_str(), outcome.map(|()| HttpResponse::NoContent().finish()))
}

/// `DELETE /api/users/{id}/sessions`: ends all sessions of the user.
#[utoipa::path(
    delete, path = "/api/users/{id}/sessions", tag = "management", operation_id = "deleteUserSessions",
    params(("id", description = "The user."), ("revokeGrantsTarget" = Option<String>, Query, description = "Only `all` is accepted: a session ends with all of its grants.")),
    responses((status = 204), (status = 400, description = "`guard.invalid_input`."), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy_all(
    request: ManagementRequest,
    id: Path<String>,
    http_request: HttpRequest,
) -> ApiResponse {
    if let Some(refused) = reject_partial_revocation(&request, &http_request) {
        return refused;
    }
    let id = UserId(id.into_inner());
    request.respond_for_id(id.as_str(), try_destroy_all(&request, &id).await)
}

async fn try_destroy_all(request: &ManagementRequest, id: &UserId) -> Result<ApiResponse> {
    find_user(request, id.as_str()).await?;
    sessions::end_all_but(request.context(), id, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A session always ends together with all its grants. A caller that asks for less must not believe that it
/// got that.
fn reject_partial_revocation(request: &ManagementRequest, http_request: &HttpRequest) -> Option<ApiResponse> {
    let list_query = ListQuery::from_http_request(http_request);
    let other = list_query.values("revokeGrantsTarget").any(|target| target != "all");
    let details = "revokeGrantsTarget: expected all".to_owned();
    other.then(|| ApiError::invalid(details).into_response(&request.call))
}

/// A session: its payload in the form of this API, and further data.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
struct SessionOut {
    payload: PayloadOut,
    account_id: UserId,
    expires_at: Timestamp,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    ip: String,
    user_agent: String,
}

/// The payload.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SessionPayload)]
struct PayloadOut {
    uid: SessionId,
    account_id: UserId,
    /// In seconds.
    login_ts: i64,
    /// In seconds.
    exp: i64,
}

/// The sessions of a user.
#[derive(Serialize, ToSchema)]
#[schema(as = Sessions)]
struct SessionsOut {
    sessions: Vec<SessionOut>,
}

impl From<Session> for SessionOut {
    fn from(session: Session) -> Self {
        let payload = PayloadOut {
            uid: session.id,
            account_id: session.user_id.clone(),
            login_ts: session.created_at.0 / 1000,
            exp: session.expires_at.0 / 1000,
        };
        Self {
            payload,
            account_id: session.user_id,
            expires_at: session.expires_at,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            ip: session.ip,
            user_agent: session.user_agent,
        }
    }
}
