//! A call that its app names by a key happens once: asked again, it is answered the same.

use std::future::Future;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use serde_json::Value;

use super::answer::Told;
use super::call::AppCall;
use crate::domain::sdk::replies::{self, Turn};
use crate::faces::common::api::{Answer, ApiError};
use crate::model::error::Result;

/// Does the work, unless the same was done under the same key; `asked` are the name of the call and everything that was sent.
pub(super) async fn once(
    by: &AppCall,
    name: &str,
    asked: &[&str],
    told: Told,
    work: impl Future<Output = Result<Value>>,
) -> Answer {
    let Some(key) = &by.key else { return by.answer(work.await, told) };
    let refused = |status, code| ApiError::new(status, code);
    match replies::begin(by.rekey(), &by.app, name, key, asked).await {
        Ok(Turn::First(claim)) => {
            let outcome = work.await;
            let text = outcome.as_ref().ok().map(Value::to_string);
            if let Err(error) = replies::finish(by.rekey(), claim, text.as_deref()).await {
                // What was done is done, and the app must hear of it.
                tracing::warn!(?error, "an answer could not be kept");
            }
            by.answer(outcome, told)
        }
        Ok(Turn::Answered(text)) => HttpResponse::Ok().insert_header(ContentType::json()).body(text),
        Ok(Turn::UnderWay) => {
            refused(StatusCode::CONFLICT, "idempotency_in_progress").with_wait(1).answer(&by.call)
        }
        Ok(Turn::Other) => {
            refused(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused").answer(&by.call)
        }
        Err(error) => by.answer(Err(error), told),
    }
}
