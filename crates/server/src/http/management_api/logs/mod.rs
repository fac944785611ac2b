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
pub async fn list(request: ManagementRequest, http_request: HttpRequest) -> ApiResponse {
    let list_query = ListQuery::from_http_request(&http_request);
    let (slice, search) =
        match list_query.page_range().and_then(|slice| Ok((slice, parse_search(&list_query)?))) {
            Ok(read) => read,
            Err(error) => return error.into_response(&request.call),
        };
    let found = audit::search(request.core(), &search, slice.rows()).await;
    request.respond(found.map(|(entries, count)| {
        let entries: Vec<LogOut> = entries.into_iter().map(LogOut::from).collect();
        let total = usize::try_from(count).unwrap_or_default();
        let found = Counted { items: &entries, total, is_capped: count >= MAX_COUNTED };
        list_query.page_response(&request.call, slice, &found)
    }))
}

fn parse_search(list_query: &ListQuery) -> Result<Search, ApiError> {
    let text = |name: &str| list_query.values(name).next().unwrap_or_default().to_owned();
    let log_key = text("logKey");
    let is_ours = log_key.starts_with(|c: char| c.is_ascii_lowercase());
    let (event, key) = if is_ours { (log_key, String::new()) } else { (String::new(), log_key) };
    let from = list_query.timestamp_param("start_time")?;
    let to = list_query.timestamp_param("end_time")?;
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
pub async fn show(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = audit::find(request.core(), &id).await;
    request.respond_for_id(&id, found.map(|entry| HttpResponse::Ok().json(LogOut::from(entry))))
}
