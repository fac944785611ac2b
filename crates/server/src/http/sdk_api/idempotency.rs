//! Idempotency keys: a call that is repeated with the same key gets the response of the first one.

use std::future::Future;

use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::sdk_api::error::EndpointKind;
use crate::http::sdk_api::extractor::SdkRequest;
use rekey_core::idempotency::{self, IdempotencyState};
use rekey_core::types::error::Result;

/// The key of a request, if it has one.
pub(super) fn read_idempotency_key(request: &HttpRequest) -> std::result::Result<Option<String>, ApiError> {
    let Some(key) = request.headers().get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or_default();
    let is_fine = (1..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let wanted = "Idempotency-Key: expected 1 to 128 visible ASCII characters";
    is_fine.then(|| Some(key.to_owned())).ok_or_else(|| ApiError::invalid(wanted.to_owned()))
}

/// Runs the work, unless a call of this name and content was done under the same key.
pub(super) async fn run_idempotent(
    by: &SdkRequest,
    name: &str,
    content: &[&str],
    endpoint: EndpointKind,
    work: impl Future<Output = Result<Value>>,
) -> ApiResponse {
    let Some(key) = &by.idempotency_key else { return by.respond(work.await, endpoint) };
    let core = &by.call.app.core;
    let refused = |status, code| ApiError::new(status, code);
    match idempotency::begin(core, &by.app, name, key, content).await {
        Ok(IdempotencyState::First(claim)) => {
            let outcome = work.await;
            let text = outcome.as_ref().ok().map(Value::to_string);
            if let Err(error) = idempotency::finish(core, claim, text.as_deref()).await {
                // The work is done, so the application gets its response even if storing it fails.
                tracing::warn!(?error, "a response can't be stored under its Idempotency-Key");
            }
            by.respond(outcome, endpoint)
        }
        Ok(IdempotencyState::Answered(text)) => {
            HttpResponse::Ok().insert_header(ContentType::json()).body(text)
        }
        Ok(IdempotencyState::InProgress) => refused(StatusCode::CONFLICT, "idempotency_in_progress")
            .with_retry_after(1)
            .into_response(&by.call),
        Ok(IdempotencyState::KeyReused) => {
            refused(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused").into_response(&by.call)
        }
        Err(error) => by.respond(Err(error), endpoint),
    }
}
