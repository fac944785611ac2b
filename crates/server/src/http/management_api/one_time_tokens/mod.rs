//! One-time tokens, for operators who send messages themselves. A token is only in the response that creates
//! it.

mod schema;

use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use crate::http::management_api::one_time_tokens::schema::{
    ContextIn, StatusIn, TokenIn, TokenOut, VerifyIn,
};
use crate::http::management_api::pagination::ListQuery;
use rekey_core::one_time_tokens::{self, NewToken, OneTimeToken, TokenError, TokenStatus};
use rekey_core::types::error::{Refusal, Result};

/// `POST /api/one-time-tokens`: creates a token.
#[utoipa::path(post, path = "/api/one-time-tokens", tag = "management", request_body = TokenIn,
    responses((status = 201, body = TokenOut)))]
pub async fn create(given: ManagementJson<TokenIn>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond(try_create(&request, body).await)
}

async fn try_create(request: &ManagementRequest, body: TokenIn) -> Result<ApiResponse> {
    let TokenIn { email, expires_in, context } = body;
    let ContextIn { interaction_event: event, .. } = context;
    let new = NewToken { email, expires_in, event };
    let issued = one_time_tokens::issue(request.core(), request.actor(), new).await?;
    Ok(HttpResponse::Created().json(TokenOut::from_issued(issued, event)))
}

/// `GET /api/one-time-tokens`: the newest thousand, newest first, of an `email` and a `status` if given.
#[utoipa::path(get, path = "/api/one-time-tokens", tag = "management", params(
        ("email" = Option<String>, Query), ("status" = inline(Option<TokenStatus>), Query),
        ("page" = Option<u32>, Query, minimum = 1), ("page_size" = Option<u32>, Query, minimum = 1, maximum = 100)),
    responses((status = 200, body = [TokenOut]), (status = 400, description = "`guard.invalid_input`, `guard.invalid_pagination`")))]
pub async fn list(request: ManagementRequest, http_request: HttpRequest) -> ApiResponse {
    let list_query = ListQuery::from_http_request(&http_request);
    let found = try_list(&request, &list_query).await;
    request.respond(found.map(|shown| list_query.respond_with_page(&request.call, &shown)))
}

async fn try_list(request: &ManagementRequest, list_query: &ListQuery) -> Result<Vec<TokenOut>> {
    let status = match list_query.values("status").next() {
        None => None,
        Some("active") => Some(TokenStatus::Active),
        Some("consumed") => Some(TokenStatus::Consumed),
        Some("revoked") => Some(TokenStatus::Revoked),
        Some("expired") => Some(TokenStatus::Expired),
        Some(_) => {
            let problem = "status: expected one of active, consumed, revoked, expired";
            return Err(Refusal::SettingsInvalid(vec![problem.to_owned()]).into());
        }
    };
    let email = list_query.values("email").next();
    let found = one_time_tokens::list(request.core(), email, status).await?;
    Ok(found.into_iter().map(|token| TokenOut::from_token(token, request.core().now())).collect())
}

/// `GET /api/one-time-tokens/{id}`: a token.
#[utoipa::path(get, path = "/api/one-time-tokens/{id}", tag = "management", params(("id" = String, Path)),
    responses((status = 200, body = TokenOut), (status = 404, description = "`entity.not_exists_with_id`")))]
pub async fn show(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = one_time_tokens::find(request.core(), &id).await;
    request.respond_for_id(
        &id,
        found.map(|token| HttpResponse::Ok().json(TokenOut::from_token(token, request.core().now()))),
    )
}

/// `POST /api/one-time-tokens/verify`: redeems a token on behalf of the operator's own application.
#[utoipa::path(post, path = "/api/one-time-tokens/verify", tag = "management", request_body = VerifyIn,
    responses((status = 200, body = TokenOut), (status = 404, description = "`one_time_token.token_not_found`"),
        (status = 400, description = "`one_time_token.email_mismatch`, `.token_expired`, `.token_consumed`, `.token_revoked`")))]
pub async fn verify(given: ManagementJson<VerifyIn>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let core = request.core();
    match one_time_tokens::verify(core, request.actor(), &body.email, &body.token).await {
        Ok(outcome) => verify_response(&request, outcome),
        Err(error) => request.respond(Err(error)),
    }
}

fn verify_response(
    request: &ManagementRequest,
    outcome: std::result::Result<OneTimeToken, TokenError>,
) -> ApiResponse {
    let (status, code) = match outcome {
        Ok(token) => return HttpResponse::Ok().json(TokenOut::from_token(token, request.core().now())),
        Err(TokenError::Unknown) => (StatusCode::NOT_FOUND, "one_time_token.token_not_found"),
        Err(TokenError::WrongAddress) => (StatusCode::BAD_REQUEST, "one_time_token.email_mismatch"),
        Err(TokenError::NotActive(TokenStatus::Consumed)) => {
            (StatusCode::BAD_REQUEST, "one_time_token.token_consumed")
        }
        Err(TokenError::NotActive(TokenStatus::Revoked)) => {
            (StatusCode::BAD_REQUEST, "one_time_token.token_revoked")
        }
        Err(TokenError::NotActive(TokenStatus::Expired | TokenStatus::Active)) => {
            (StatusCode::BAD_REQUEST, "one_time_token.token_expired")
        }
        Err(TokenError::Reactivation) => (StatusCode::BAD_REQUEST, "one_time_token.cannot_reactivate_token"),
    };
    ApiError::new(status, code).into_response(&request.call)
}

/// `PUT /api/one-time-tokens/{id}/status`: ends an active token.
#[utoipa::path(put, path = "/api/one-time-tokens/{id}/status", tag = "management", params(("id" = String, Path)),
    request_body = StatusIn,
    responses((status = 200, body = TokenOut), (status = 404, description = "`entity.not_exists_with_id`"),
        (status = 400, description = "`one_time_token.cannot_reactivate_token`, `.token_expired`, `.token_consumed`, `.token_revoked`")))]
pub async fn change(given: ManagementJson<StatusIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let core = request.core();
    let outcome = one_time_tokens::set_status(core, request.actor(), &id, body.status).await;
    request.respond_for_id(&id, outcome.map(|outcome| verify_response(&request, outcome)))
}

/// `DELETE /api/one-time-tokens/{id}`: deletes a token.
#[utoipa::path(delete, path = "/api/one-time-tokens/{id}", tag = "management", params(("id" = String, Path)),
    responses((status = 204), (status = 404, description = "`entity.not_exists_with_id`")))]
pub async fn destroy(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let outcome = one_time_tokens::delete(request.core(), request.actor(), &id).await;
    request.respond_for_id(&id, outcome.map(|()| HttpResponse::NoContent().finish()))
}
