//! Custom token claims: set, test and delete them. Each kind of token has its own; invalid expressions are
//! rejected before they are stored.

mod schema;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::{Map, Value, json};

use crate::http::api::{ApiError, ApiResponse, JsonObject};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
pub use crate::http::management_api::settings::jwt_customizer::schema::TestIn;
use crate::http::management_api::settings::jwt_customizer::schema::{
    ClaimsPatch, ContextIn, SetOut, TestedOut, TokenType, to_failures_out,
};
use rekey_core::claims::{self, ClaimsContext};
use rekey_core::settings::claims::{TokenClaims, TokenKind};
use rekey_core::types::error::{Refusal, Result};

/// Fits fifty claims of a thousand characters in any alphabet.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// The kind named in the path.
fn parse_kind(segment: &str) -> Result<TokenKind> {
    match segment {
        "access-token" => Ok(TokenKind::AccessToken),
        "id-token" => Ok(TokenKind::IdToken),
        "client-credentials" => Ok(TokenKind::ClientCredentials),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// `GET /api/configs/jwt-customizer`: every kind of token with custom claims.
#[utoipa::path(
    get, path = "/api/configs/jwt-customizer", tag = "management", operation_id = "listTokenClaims",
    responses((status = 200, body = [SetOut<'static>])),
)]
pub async fn list(request: ManagementRequest) -> ApiResponse {
    let snapshot = request.core().snapshot();
    let set = TokenKind::ALL
        .into_iter()
        .filter_map(|kind| Some((kind, snapshot.settings.jwt_customizer.claims_for(kind)?)));
    let shown = set.map(|(kind, value)| SetOut { key: format!("jwt.{}", kind.name()), value });
    HttpResponse::Ok().json(shown.collect::<Vec<_>>())
}

/// `GET /api/configs/jwt-customizer/{token_type}`: the custom claims of this kind of token.
#[utoipa::path(
    get, path = "/api/configs/jwt-customizer/{token_type}", tag = "management", operation_id = "showTokenClaims", params(("token_type" = TokenType, Path, description = "The kind of token.")),
    responses((status = 200, body = TokenClaims), (status = 404, description = "The kind has no custom claims, or there is no such kind: `entity.not_found`.")),
)]
pub async fn show(request: ManagementRequest, segment: Path<String>) -> ApiResponse {
    request.respond(parse_kind(&segment).and_then(|kind| try_show(&request, kind)))
}

fn try_show(request: &ManagementRequest, kind: TokenKind) -> Result<ApiResponse> {
    let snapshot = request.core().snapshot();
    let set = snapshot.settings.jwt_customizer.claims_for(kind).ok_or(Refusal::NotFound)?;
    Ok(HttpResponse::Ok().json(set))
}

/// `PUT /api/configs/jwt-customizer/{token_type}`: sets the custom claims; 201 if there were none before.
#[utoipa::path(
    put, path = "/api/configs/jwt-customizer/{token_type}", tag = "management", operation_id = "replaceTokenClaims", params(("token_type" = TokenType, Path, description = "The kind of token.")),
    request_body = TokenClaims,
    responses((status = 200, body = TokenClaims), (status = 201, description = "There were none before.", body = TokenClaims), (status = 404, description = "The kind has no custom claims, or there is no such kind: `entity.not_found`.")),
)]
pub async fn replace(
    given: ManagementJson<TokenClaims, MAX_BODY_BYTES>,
    segment: Path<String>,
) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond(try_replace(&request, &segment, body).await)
}

async fn try_replace(request: &ManagementRequest, segment: &str, set: TokenClaims) -> Result<ApiResponse> {
    let is_new = claims::replace(request.core(), request.actor(), parse_kind(segment)?, set.clone()).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    request.refresh_then(HttpResponse::build(status).json(set)).await
}

/// `PATCH /api/configs/jwt-customizer/{token_type}`: replaces the named fields as a whole.
#[utoipa::path(
    patch, path = "/api/configs/jwt-customizer/{token_type}", tag = "management", operation_id = "updateTokenClaims", params(("token_type" = TokenType, Path, description = "The kind of token.")),
    request_body = ClaimsPatch,
    responses((status = 200, body = TokenClaims), (status = 404, description = "The kind has no custom claims, or there is no such kind: `entity.not_found`.")),
)]
pub async fn update(given: ManagementJson<JsonObject, MAX_BODY_BYTES>, segment: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond(try_update(&request, &segment, body.0).await)
}

async fn try_update(
    request: &ManagementRequest,
    segment: &str,
    fields: Map<String, Value>,
) -> Result<ApiResponse> {
    let set = claims::patch(request.core(), request.actor(), parse_kind(segment)?, fields).await?;
    request.refresh_then(HttpResponse::Ok().json(set)).await
}

/// `DELETE /api/configs/jwt-customizer/{token_type}`: removes the custom claims.
#[utoipa::path(
    delete, path = "/api/configs/jwt-customizer/{token_type}", tag = "management", operation_id = "deleteTokenClaims", params(("token_type" = TokenType, Path, description = "The kind of token.")),
    responses((status = 204), (status = 404, description = "The kind has no custom claims, or there is no such kind: `entity.not_found`.")),
)]
pub async fn destroy(request: ManagementRequest, segment: Path<String>) -> ApiResponse {
    request.respond(try_destroy(&request, &segment).await)
}

async fn try_destroy(request: &ManagementRequest, segment: &str) -> Result<ApiResponse> {
    claims::delete(request.core(), request.actor(), parse_kind(segment)?).await?;
    request.refresh_then(HttpResponse::NoContent().finish()).await
}

/// `POST /api/configs/jwt-customizer/test`: evaluates claims without saving anything; 422 if no token would
/// be issued.
#[utoipa::path(
    post, path = "/api/configs/jwt-customizer/test", tag = "management", operation_id = "testTokenClaims", request_body = TestIn,
    responses(
        (status = 200, body = TestedOut),
        (status = 422, description = "No token would be issued: `jwt_customizer.general`, with the failures in `data`."),
    ),
)]
pub async fn test(given: ManagementJson<TestIn, MAX_BODY_BYTES>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let TestIn { token_type, claims, context, token, block_issuance_on_error } = body;
    let kind = match token_type {
        TokenType::AccessToken => TokenKind::AccessToken,
        TokenType::IdToken => TokenKind::IdToken,
        TokenType::ClientCredentials => TokenKind::ClientCredentials,
    };
    let set = TokenClaims { claims, block_issuance_on_error, ..TokenClaims::default() };
    let ContextIn { user, application, grant } = context;
    match claims::dry_run(kind, &set, &ClaimsContext { user, application, grant, token }) {
        Ok((_, failures)) if block_issuance_on_error && !failures.is_empty() => {
            let error = ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "jwt_customizer.general");
            error.with_data(json!({ "errors": to_failures_out(failures) })).into_response(&request.call)
        }
        Ok((claims, failures)) => {
            HttpResponse::Ok().json(TestedOut { claims, errors: to_failures_out(failures) })
        }
        Err(error) => request.respond(Err(error)),
    }
}
