//! The audit log in the Management API, including webhook deliveries. Events that have a log key in this API
//! are shown by it, and both names are accepted. Our own names are in lower case, which is how a filter
//! distinguishes them from the prefix of a log key.

/// JSON types.
mod schema;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::extractor::ManagementRequest;
use crate::http::management_api::logs::schema::LogOut;
use crate::http::management_api::pagination::{ListQuery, Page};
use crate::http::management_api::response::Counted;
use rekey_core::audit::{self, MAX_COUNTED, Search};
use rekey_core::types::time::Timestamp;

/// `GET /api/logs`: a page of the audit log, the newest first.
#[utoipa::path(
    get, path = "/api/logs", tag = "management", operation_id = "listLogs",
    params(
        ("userId" = Option<String>, Query, description = "Only about this user."),
        ("applicationId" = Option<String>, Query, description = "Only on behalf of this application."),
        ("logKey" = Option<String>, Query, description = "Only this event, by the log key of this API or its beginning (`Interaction.ForgotPassword`), or by its own name."),
        ("start_time" = Option<i64>, Query, minimum = 0, description = "The start of the time range, in milliseconds."),
        ("end_time" = Option<i64>, Query, minimum = 0, description = "The end of the time range, in milliseconds."),
        Page,
    ),
    responses(
        (status = 200, description = "`Total-Number` counts up to 1000.", body = [LogOut]),
        (status = 400, description = "`guard.invalid_pagination`, or `guard.invalid_input`."),
    ),
)]
pub async fn list(machine: ManagementRequest, request: HttpRequest) -> ApiResponse {
    let asked = ListQuery::from_http_request(&request);
    let (slice, search) = match asked.page_range().and_then(|slice| Ok((slice, parse_search(&asked)?))) {
        Ok(read) => read,
        Err(error) => return error.into_response(&machine.call),
    };
    let found = audit::search(machine.core(), &search, slice.rows()).await;
    machine.respond(found.map(|(entries, count)| {
        let entries: Vec<LogOut> = entries.into_iter().map(LogOut::from).collect();
        let total = usize::try_from(count).unwrap_or_default();
        let found = Counted { items: &entries, total, is_capped: count >= MAX_COUNTED };
        asked.page_response(&machine.call, slice, &found)
    }))
}

fn parse_search(asked: &ListQuery) -> Result<Search, ApiError> {
    let text = |name: &str| asked.values(name).next().unwrap_or_default().to_owned();
    let asked_for = text("logKey");
    let is_ours = asked_for.starts_with(|c: char| c.is_ascii_lowercase());
    let (event, key) = if is_ours { (asked_for, String::new()) } else { (String::new(), asked_for) };
    let from = asked.timestamp_param("start_time")?;
    let to = asked.timestamp_param("end_time")?;
    Ok(Search {
        user_id: text("userId"),
        app_id: text("applicationId"),
        event,
        key,
        is_exact_key: false,
        actor: String::new(),
        success: None,
        from: from.unwrap_or(Timestamp(0)),
        to: to.unwrap_or(Timestamp(i64::MAX)),
    })
}

/// `GET /api/logs/{id}`: an entry of the audit log.
#[utoipa::path(
    get, path = "/api/logs/{id}", tag = "management", operation_id = "showLog", params(("id", description = "The entry.")),
    responses((status = 200, body = LogOut), (status = 404, description = "There is none with this id: `entity.not_exists_with_id`.")),
)]
pub async fn show(machine: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = audit::find(machine.core(), &id).await;
    machine.respond_for_id(&id, found.map(|entry| HttpResponse::Ok().json(LogOut::from(entry))))
}
