//! What a hook was told: in the form of the audit log, which clients of this API know, and in ours, from which it can be told again.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::machine::{Given, Machine};
use super::super::paging::{Asked, Counted, Page, Slice};
use super::told;
use crate::domain::webhooks::deliveries::{self, Delivery};
use crate::faces::common::api::{Answer, ApiError};
use crate::model::error::Result;
use crate::model::time::Timestamp;

/// How far back a list goes when nothing is said, in seconds: a day.
const USUAL: i64 = 24 * 3600;
/// How many are counted at most.
const COUNTED: usize = 1000;
/// What stands before an event in the names of the audit log.
const KEY: &str = "TriggerHook.";

/// A delivery.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookDelivery)]
struct DeliveryOut {
    /// What the receiver sees as `webhook-id`, on every try.
    id: String,
    event: String,
    /// `pending`, `delivered` or `failed`.
    state: String,
    /// Tries so far.
    attempts: i64,
    /// What was sent.
    request: Map<String, Value>,
    /// The last answer.
    response: ResponseOut,
    created_at: Timestamp,
    done_at: Option<Timestamp>,
}

/// What a receiver answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookResponse)]
pub struct ResponseOut {
    /// The status; null when there was no answer.
    pub status_code: Option<i64>,
    /// The beginning of the text, or why there was no answer.
    pub body: Option<String>,
}

/// A delivery as the audit log would say it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookLog)]
struct LogOut {
    tenant_id: &'static str,
    id: String,
    key: String,
    payload: LogPayload,
    created_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HookLogPayload)]
struct LogPayload {
    key: String,
    /// `Success` or `Error`.
    result: &'static str,
    hook_id: String,
    json: Map<String, Value>,
    response: ResponseOut,
}

/// Since when everything is told again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HookReplay)]
pub struct ReplayIn {
    /// In milliseconds since 1970.
    since: Timestamp,
}

/// How many are told again.
#[derive(Serialize, ToSchema)]
#[schema(as = HookReplayed)]
struct ReplayedOut {
    count: u64,
}

impl From<Delivery> for DeliveryOut {
    fn from(delivery: Delivery) -> Self {
        let Delivery { id, event, state, attempts, body, status, answer, created_at, done_at } = delivery;
        let response = ResponseOut { status_code: status, body: answer };
        Self { id, event, state, attempts, request: body, response, created_at, done_at }
    }
}

fn log(hook: &str, delivery: Delivery) -> LogOut {
    let key = format!("{KEY}{}", delivery.event);
    let response = ResponseOut { status_code: delivery.status, body: delivery.answer };
    let result = if delivery.state == "delivered" { "Success" } else { "Error" };
    let payload =
        LogPayload { key: key.clone(), result, hook_id: hook.to_owned(), json: delivery.body, response };
    LogOut { tenant_id: "default", id: delivery.id, key, payload, created_at: delivery.created_at }
}

/// `GET /api/hooks/{id}/recent-logs`: those of the last day, or of another time, that were tried; the newest first.
#[utoipa::path(
    get, path = "/api/hooks/{id}/recent-logs", tag = "management", operation_id = "listHookLogs",
    params(
        ("id", description = "The hook."),
        ("logKey" = Option<String>, Query, description = "Only this one, such as `TriggerHook.PostResetPassword`."),
        ("start_time" = Option<i64>, Query, minimum = 0, description = "From when, in milliseconds; a day ago when it is not said."),
        ("end_time" = Option<i64>, Query, minimum = 0, description = "Until when, in milliseconds."),
        Page,
    ),
    responses(
        (status = 200, body = [LogOut]),
        (status = 400, description = "`guard.invalid_pagination`, or `guard.invalid_input`."),
        (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn logs(machine: Machine, id: Path<String>, request: HttpRequest) -> Answer {
    let hook = id.clone();
    listed(&machine, Which { hook: &id, only_tried: true }, &request, |delivery| log(&hook, delivery)).await
}

/// `GET /api/hooks/{id}/deliveries`: what it was told in the last day, or in another time, with what was sent and answered; the newest first.
#[utoipa::path(
    get, path = "/api/hooks/{id}/deliveries", tag = "management", operation_id = "listHookDeliveries",
    params(
        ("id", description = "The hook."),
        ("start_time" = Option<i64>, Query, minimum = 0, description = "From when, in milliseconds; a day ago when it is not said."),
        ("end_time" = Option<i64>, Query, minimum = 0, description = "Until when, in milliseconds."),
        Page,
    ),
    responses(
        (status = 200, body = [DeliveryOut]),
        (status = 400, description = "`guard.invalid_pagination`, or `guard.invalid_input`."),
        (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn list(machine: Machine, id: Path<String>, request: HttpRequest) -> Answer {
    listed(&machine, Which { hook: &id, only_tried: false }, &request, DeliveryOut::from).await
}

/// Which deliveries are listed.
#[derive(Clone, Copy)]
struct Which<'a> {
    /// Those of this hook.
    hook: &'a str,
    /// Without those that wait for their first try.
    only_tried: bool,
}

async fn listed<T: Serialize>(
    machine: &Machine,
    which: Which<'_>,
    request: &HttpRequest,
    shape: impl Fn(Delivery) -> T,
) -> Answer {
    let asked = Asked::of(request);
    let (slice, wanted) = match wanted(machine, &asked) {
        Ok((slice, wanted)) => (slice, deliveries::Asked { only_tried: which.only_tried, ..wanted }),
        Err(error) => return error.answer(&machine.call),
    };
    let found = deliveries::list(&machine.call.app.rekey, which.hook, &wanted).await;
    let answer = found.map(|(items, count)| {
        let items: Vec<T> = items.into_iter().map(shape).collect();
        let count = usize::try_from(count).unwrap_or_default();
        let found = Counted { items: &items, total: count, is_capped: count >= COUNTED };
        asked.page(&machine.call, slice, &found)
    });
    told(machine, which.hook, answer)
}

fn wanted(machine: &Machine, asked: &Asked) -> std::result::Result<(Slice, deliveries::Asked), ApiError> {
    let (slice, now) = (asked.slice()?, machine.call.app.rekey.now());
    let (from, to) = (asked.moment("start_time")?, asked.moment("end_time")?);
    let event = asked.all("logKey").next().unwrap_or_default().trim_start_matches(KEY).to_owned();
    let (from, to) = (from.unwrap_or_else(|| now.plus(-USUAL)), to.unwrap_or_else(|| now.plus(1)));
    Ok((slice, deliveries::Asked { event, from, to, rows: slice.rows(), only_tried: false }))
}

/// `POST /api/hooks/{id}/deliveries/{delivery}/replay`: tells it again, from the beginning of the schedule and under the same id.
#[utoipa::path(
    post, path = "/api/hooks/{id}/deliveries/{delivery}/replay", tag = "management", operation_id = "replayHookDelivery",
    params(("id", description = "The hook."), ("delivery", description = "The delivery.")),
    responses(
        (status = 200, body = DeliveryOut),
        (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`."),
        (status = 422, description = "It is on its way anyway: `entity.unique_integrity_violation`."),
    ),
)]
pub async fn replay(machine: Machine, place: Path<(String, String)>) -> Answer {
    let (hook, id) = place.into_inner();
    let again = deliveries::again(&machine.call.app.rekey, machine.author(), &hook, &id).await;
    told(&machine, &id, again.map(|delivery| HttpResponse::Ok().json(DeliveryOut::from(delivery))))
}

/// `POST /api/hooks/{id}/replay`: tells everything again that happened since then and is not on its way.
#[utoipa::path(
    post, path = "/api/hooks/{id}/replay", tag = "management", operation_id = "replayHook", params(("id", description = "The hook.")),
    request_body = ReplayIn,
    responses((status = 200, body = ReplayedOut), (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`.")),
)]
pub async fn replay_all(given: Given<ReplayIn>, id: Path<String>) -> Answer {
    let Given { machine, body } = given;
    told(&machine, &id, replayed(&machine, &id, body.since).await)
}

async fn replayed(machine: &Machine, id: &str, since: Timestamp) -> Result<Answer> {
    let count = deliveries::all_again(&machine.call.app.rekey, machine.author(), id, since).await?;
    Ok(HttpResponse::Ok().json(ReplayedOut { count }))
}
