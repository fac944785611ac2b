//! Claims that are added to tokens, as operators' machines set and try them. Each kind of token is set by itself; what is wrong with an
//! expression is told before it is kept.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::super::machine::{Given, Machine};
use crate::domain::claims::{self, Context, Failure};
use crate::faces::common::api::{Answer, ApiError};
use crate::model::error::{Refusal, Result};
use crate::model::settings::claims::{TokenClaims, TokenKind};

/// Fifty claims of a thousand letters fit, whatever the alphabet.
const LARGEST: usize = 256 * 1024;

/// What may be changed: each field that is named is replaced as a whole, one that is null is back at its default.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = TokenClaimsPatch)]
#[expect(dead_code, reason = "only described: what is sent is read as it is")]
struct ClaimsPatch {
    claims: Option<BTreeMap<String, String>>,
    block_issuance_on_error: Option<bool>,
    context_sample: Option<Value>,
    token_sample: Option<Value>,
}

/// What is added to one kind of token.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenClaimsOfKind)]
struct SetOut<'a> {
    key: String,
    value: &'a TokenClaims,
}

/// What the claims would be.
#[derive(Serialize, ToSchema)]
#[schema(as = TestedTokenClaims)]
struct TestedOut {
    claims: Map<String, Value>,
    errors: Vec<FailureOut>,
}

/// A claim that could not be made.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenClaimFailure)]
struct FailureOut {
    claim: String,
    message: String,
}

/// The kind that an address names.
fn kind(segment: &str) -> Result<TokenKind> {
    match segment {
        "access-token" => Ok(TokenKind::AccessToken),
        "id-token" => Ok(TokenKind::IdToken),
        "client-credentials" => Ok(TokenKind::ClientCredentials),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// `GET /api/configs/jwt-customizer`: every kind of token that something is added to.
#[utoipa::path(
    get, path = "/api/configs/jwt-customizer", tag = "management", operation_id = "listTokenClaims",
    responses((status = 200, body = [SetOut<'static>])),
)]
pub async fn list(machine: Machine) -> Answer {
    let live = machine.call.app.rekey.live();
    let set =
        TokenKind::ALL.into_iter().filter_map(|kind| Some((kind, live.settings.jwt_customizer.of(kind)?)));
    let shown = set.map(|(kind, value)| SetOut { key: format!("jwt.{}", kind.name()), value });
    HttpResponse::Ok().json(shown.collect::<Vec<_>>())
}

/// `GET /api/configs/jwt-customizer/{token_type}`: what is added to this kind of token.
#[utoipa::path(
    get, path = "/api/configs/jwt-customizer/{token_type}", tag = "management", operation_id = "showTokenClaims", params(("token_type" = TokenType, Path, description = "The kind of token.")),
    responses((status = 200, body = TokenClaims), (status = 404, description = "Nothing is added to this kind, or there is no such kind: `entity.not_found`.")),
)]
pub async fn show(machine: Machine, segment: Path<String>) -> Answer {
    machine.answer(kind(&segment).and_then(|kind| shown(&machine, kind)))
}

fn shown(machine: &Machine, kind: TokenKind) -> Result<Answer> {
    let live = machine.call.app.rekey.live();
    let set = live.settings.jwt_customizer.of(kind).ok_or(Refusal::NotFound)?;
    Ok(HttpResponse::Ok().json(set))
}

/// `PUT /api/configs/jwt-customizer/{token_type}`: 201 when nothing was set before.
#[utoipa::path(
    put, path = "/api/configs/jwt-customizer/{token_type}", tag = "management", operation_id = "replaceTokenClaims", params(("token_type" = TokenType, Path, description = "The kind of token.")),
    request_body = TokenClaims,
    responses((status = 200, body = TokenClaims), (status = 201, description = "Nothing was added before.", body = TokenClaims), (status = 404, description = "Nothing is added to this kind, or there is no such kind: `entity.not_found`.")),
)]
pub async fn replace(given: Given<TokenClaims, LARGEST>, segment: Path<String>) -> Answer {
    let Given { machine, body } = given;
    machine.answer(replaced(&machine, &segment, body).await)
}

async fn replaced(machine: &Machine, segment: &str, set: TokenClaims) -> Result<Answer> {
    let is_new = claims::put(&machine.call.app.rekey, machine.author(), kind(segment)?, set.clone()).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    machine.in_force(HttpResponse::build(status).json(set)).await
}

/// `PATCH /api/configs/jwt-customizer/{token_type}`: each field that is named is replaced as a whole.
#[utoipa::path(
    patch, path = "/api/configs/jwt-customizer/{token_type}", tag = "management", operation_id = "updateTokenClaims", params(("token_type" = TokenType, Path, description = "The kind of token.")),
    request_body = ClaimsPatch,
    responses((status = 200, body = TokenClaims), (status = 404, description = "Nothing is added to this kind, or there is no such kind: `entity.not_found`.")),
)]
pub async fn update(given: Given<Map<String, Value>, LARGEST>, segment: Path<String>) -> Answer {
    let Given { machine, body } = given;
    machine.answer(updated(&machine, &segment, body).await)
}

async fn updated(machine: &Machine, segment: &str, fields: Map<String, Value>) -> Result<Answer> {
    let set = claims::patch(&machine.call.app.rekey, machine.author(), kind(segment)?, fields).await?;
    machine.in_force(HttpResponse::Ok().json(set)).await
}

/// `DELETE /api/configs/jwt-customizer/{token_type}`: nothing is added any more.
#[utoipa::path(
    delete, path = "/api/configs/jwt-customizer/{token_type}", tag = "management", operation_id = "deleteTokenClaims", params(("token_type" = TokenType, Path, description = "The kind of token.")),
    responses((status = 204), (status = 404, description = "Nothing is added to this kind, or there is no such kind: `entity.not_found`.")),
)]
pub async fn destroy(machine: Machine, segment: Path<String>) -> Answer {
    machine.answer(destroyed(&machine, &segment).await)
}

async fn destroyed(machine: &Machine, segment: &str) -> Result<Answer> {
    claims::remove(&machine.call.app.rekey, machine.author(), kind(segment)?).await?;
    machine.in_force(HttpResponse::NoContent().finish()).await
}

/// Claims to be tried, and on what.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = TokenClaimsToTest)]
pub struct TestIn {
    token_type: TokenType,
    claims: BTreeMap<String, String>,
    #[serde(default)]
    context: ContextIn,
    #[serde(default)]
    token: Map<String, Value>,
    #[serde(default)]
    block_issuance_on_error: bool,
}

/// A kind as addresses name it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum TokenType {
    AccessToken,
    IdToken,
    ClientCredentials,
}

/// What expressions are to see.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct ContextIn {
    user: Option<Value>,
    application: Value,
    grant: Value,
}

/// `POST /api/configs/jwt-customizer/test`: what the claims would be; 422 when there would be no token. Nothing is kept.
#[utoipa::path(
    post, path = "/api/configs/jwt-customizer/test", tag = "management", operation_id = "testTokenClaims", request_body = TestIn,
    responses(
        (status = 200, body = TestedOut),
        (status = 422, description = "There would be no token: `jwt_customizer.general`, with the failures in `data`."),
    ),
)]
pub async fn test(given: Given<TestIn, LARGEST>) -> Answer {
    let Given { machine, body } = given;
    let TestIn { token_type, claims, context, token, block_issuance_on_error } = body;
    let kind = match token_type {
        TokenType::AccessToken => TokenKind::AccessToken,
        TokenType::IdToken => TokenKind::IdToken,
        TokenType::ClientCredentials => TokenKind::ClientCredentials,
    };
    let set = TokenClaims { claims, block_issuance_on_error, ..TokenClaims::default() };
    let ContextIn { user, application, grant } = context;
    match claims::try_out(kind, &set, &Context { user, application, grant, token }) {
        Ok((_, failures)) if block_issuance_on_error && !failures.is_empty() => {
            let error = ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "jwt_customizer.general");
            error.with_data(json!({ "errors": told(failures) })).answer(&machine.call)
        }
        Ok((claims, failures)) => HttpResponse::Ok().json(TestedOut { claims, errors: told(failures) }),
        Err(error) => machine.answer(Err(error)),
    }
}

fn told(failures: Vec<Failure>) -> Vec<FailureOut> {
    failures.into_iter().map(|Failure { claim, message }| FailureOut { claim, message }).collect()
}
