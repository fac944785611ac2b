//! Endpoints for monitoring: liveness, readiness and metrics. They have no session and reveal nothing about
//! users.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};

use crate::app::AppState;
use rekey_core::maintenance;

/// `GET /api/status`: the server answers.
pub async fn status() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// `GET /health`: the process is alive; the database is not checked.
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }))
}

/// `GET /ready`: the database responds and has a schema that this binary works with, and nobody stopped the
/// instance. A 503 takes it out of a load balancer.
pub async fn ready(app: web::Data<AppState>) -> HttpResponse {
    if app.shutdown.is_announced() {
        return HttpResponse::ServiceUnavailable().json(serde_json::json!({ "status": "stopping" }));
    }
    match maintenance::check_ready(&app.core).await {
        Ok(()) => HttpResponse::Ok().json(serde_json::json!({ "status": "ready" })),
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the database is not ready");
            HttpResponse::ServiceUnavailable().json(serde_json::json!({ "status": "unavailable" }))
        }
    }
}

/// `GET /metrics`: Prometheus' text format, on the admin port only.
pub async fn metrics(app: web::Data<AppState>) -> HttpResponse {
    if let Err(error) = maintenance::update_queue_gauges(&app.core).await {
        tracing::warn!(?error, "the outbox and the webhook deliveries can't be counted");
    }
    HttpResponse::Ok().insert_header(ContentType::plaintext()).body(app.core.metrics.render())
}
