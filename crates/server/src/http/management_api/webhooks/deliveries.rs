//! Webhook deliveries: as audit log entries, which clients of this API expect, and in our own form, in which
//! they can be sent again.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use crate::http::management_api::pagination::{ListQuery, Page, PageRange};
use crate::http::management_api::response::Counted;
use crate::http::management_api::webhooks::deliveries_schema::{
    DeliveryOut, LogOut, ReplayedOut, to_log_out,
};
pub use crate::http::management_api::webhooks::deliveries_schema::{ReplayIn, ResponseOut};
use rekey_core::types::error::Result;
use rekey_core::types::time::Timestamp;
use rekey_core::webhooks::deliveries::{self, Delivery};

/// The default time range of a list, in seconds: a day.
const DEFAULT_RANGE_SECONDS: i64 = 24 * 3600;
/// The most that are counted.
const MAX_COUNTED: usize = 1000;
/// The prefix of an event in log keys.
pub(super) const LOG_KEY_PREFIX: &str = "TriggerHook.";

/// `GET /api/hooks/{id}/recent-logs`: the attempted deliveries of the last day, or of another time range, the
/// newest first.
#[utoipa::path(
    get, path = "/api/hooks/{id}/recent-logs", tag = "management", operation_id = "listHookLogs",
    params(
        ("id", description = "The webhook."),
        ("logKey" = Option<String>, Query, description = "Only this event, such as `TriggerHook.PostResetPassword`."),
        ("start_time" = Option<i64>, Query, minimum = 0, description = "The start of the time range, in milliseconds; a day ago by default."),
        ("end_time" = Option<i64>, Query, minimum = 0, description = "The end of the time range, in milliseconds."),
        Page,
    ),
    responses(
        (status = 200, body = [LogOut]),
        (status = 400, description = "`guard.invalid_pagination`, or `guard.invalid_input`."),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn list_logs(
    request: ManagementRequest,
    id: Path<String>,
    http_request: HttpRequest,
) -> ApiResponse {
    let webhook = id.clone();
    respond_with_list(&request, Which { webhook: &id, only_tried: true }, &http_request, |delivery| {
        to_log_out(&webhook, delivery)
    })
    .await
}

/// `GET /api/hooks/{id}/deliveries`: the deliveries of the last day, or of another time range, with request
/// and response, the newest first.
#[utoipa::path(
    get, path = "/api/hooks/{id}/deliveries", tag = "management", operation_id = "listHookDeliveries",
    params(
        ("id", description = "The webhook."),
        ("start_time" = Option<i64>, Query, minimum = 0, description = "The start of the time range, in milliseconds; a day ago by default."),
        ("end_time" = Option<i64>, Query, minimum = 0, description = "The end of the time range, in milliseconds."),
        Page,
    ),
    responses(
        (status = 200, body = [DeliveryOut]),
        (status = 400, description = "`guard.invalid_pagination`, or `guard.invalid_input`."),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn list(request: ManagementRequest, id: Path<String>, http_request: HttpRequest) -> ApiResponse {
    respond_with_list(&request, Which { webhook: &id, only_tried: false }, &http_request, DeliveryOut::from)
        .await
}

/// The deliveries to list.
#[derive(Clone, Copy)]
struct Which<'a> {
    /// Those of this webhook.
    webhook: &'a str,
    /// Without those that wait for their first attempt.
    only_tried: bool,
}

async fn respond_with_list<T: Serialize>(
    request: &ManagementRequest,
    which: Which<'_>,
    http_request: &HttpRequest,
    shape: impl Fn(Delivery) -> T,
) -> ApiResponse {
    let list_query = ListQuery::from_http_request(http_request);
    let (slice, wanted) = match parse_query(request, &list_query) {
        Ok((slice, wanted)) => (slice, deliveries::DeliveryQuery { only_tried: which.only_tried, ..wanted }),
        Err(error) => return error.into_response(&request.call),
    };
    let found = deliveries::list(request.core(), which.webhook, &wanted).await;
    let answer = found.map(|(items, count)| {
        let items: Vec<T> = items.into_iter().map(shape).collect();
        let count = usize::try_from(count).unwrap_or_default();
        let found = Counted { items: &items, total: count, is_capped: count >= MAX_COUNTED };
        list_query.page_response(&request.call, slice, &found)
    });
    request.respond_for_id(which.webhook, answer)
}

fn parse_query(
    request: &ManagementRequest,
    list_query: &ListQuery,
) -> std::result::Result<(PageRange, deliveries::DeliveryQuery), ApiError> {
    let slice = list_query.page_range()?;
    let now = request.core().now();
    let from = list_query.timestamp_param("start_time")?;
    let to = list_query.timestamp_param("end_time")?;
    let event =
        list_query.values("logKey").next().unwrap_or_default().trim_start_matches(LOG_KEY_PREFIX).to_owned();
    let from = from.unwrap_or_else(|| now.plus_seconds(-DEFAULT_RANGE_SECONDS));
    let to = to.unwrap_or_else(|| now.plus_seconds(1));
    Ok((slice, deliveries::DeliveryQuery { event, from, to, rows: slice.rows(), only_tried: false }))
}

/// `POST /api/hooks/{id}/deliveries/{delivery}/replay`: delivers the event again, under the same id and with
/// all of its attempts.
#[utoipa::path(
    post, path = "/api/hooks/{id}/deliveries/{delivery}/replay", tag = "management", operation_id = "replayHookDelivery",
    params(("id", description = "The webhook."), ("delivery", description = "The delivery.")),
    responses(
        (status = 200, body = DeliveryOut),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
        (status = 422, description = "It is still pending: `entity.unique_integrity_violation`."),
    ),
)]
pub async fn replay(request: ManagementRequest, place: Path<(String, String)>) -> ApiResponse {
    let (webhook, id) = place.into_inner();
    let again = deliveries::redeliver(request.core(), request.actor(), &webhook, &id).await;
    request.respond_for_id(&id, again.map(|delivery| HttpResponse::Ok().json(DeliveryOut::from(delivery))))
}

/// `POST /api/hooks/{id}/replay`: delivers all events since then again, except those that are still pending.
#[utoipa::path(
    post, path = "/api/hooks/{id}/replay", tag = "management", operation_id = "replayHook", params(("id", description = "The webhook.")),
    request_body = ReplayIn,
    responses((status = 200, body = ReplayedOut), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn replay_all(given: ManagementJson<ReplayIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    request.respond_for_id(&id, try_replay_all(&request, &id, body.since).await)
}

async fn try_replay_all(request: &ManagementRequest, id: &str, since: Timestamp) -> Result<ApiResponse> {
    let count = deliveries::redeliver_all(request.core(), request.actor(), id, since).await?;
    Ok(HttpResponse::Ok().json(ReplayedOut { count }))
}
