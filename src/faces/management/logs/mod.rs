//! The audit log, as operators' machines read it, with what hooks were told. Where this API has a name of its own for an event it is called so, and both
//! names are taken. The surprise: ours are in small letters, which is how a filter tells them from the beginning of a key.

/// Their shape.
mod wire;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use self::wire::LogOut;
use super::machine::Machine;
use super::paging::{Asked, Counted, Page};
use crate::domain::audit::{self, COUNTED, Search};
use crate::faces::common::api::{Answer, ApiError};
use crate::model::error::{Error, Refusal};
use crate::model::time::Timestamp;

/// `GET /api/logs`: a page of what happened, the newest first.
#[utoipa::path(
    get, path = "/api/logs", tag = "management", operation_id = "listLogs",
    params(
        ("userId" = Option<String>, Query, description = "Only about this person."),
        ("applicationId" = Option<String>, Query, description = "Only on behalf of this application."),
        ("logKey" = Option<String>, Query, description = "Only this, by the name of this API or its beginning (`Interaction.ForgotPassword`), or by ours."),
        ("start_time" = Option<i64>, Query, minimum = 0, description = "From when, in milliseconds."),
        ("end_time" = Option<i64>, Query, minimum = 0, description = "Until when, in milliseconds."),
        Page,
    ),
    responses(
        (status = 200, description = "`Total-Number` counts up to 1000.", body = [LogOut]),
        (status = 400, description = "`guard.invalid_pagination`, or `guard.invalid_input`."),
    ),
)]
pub async fn list(machine: Machine, request: HttpRequest) -> Answer {
    let asked = Asked::of(&request);
    let (slice, search) = match asked.slice().and_then(|slice| Ok((slice, search(&asked)?))) {
        Ok(read) => read,
        Err(error) => return error.answer(&machine.call),
    };
    let found = audit::search(&machine.call.app.rekey, &search, slice.rows()).await;
    machine.answer(found.map(|(entries, count)| {
        let entries: Vec<LogOut> = entries.into_iter().map(LogOut::from).collect();
        let total = usize::try_from(count).unwrap_or_default();
        let found = Counted { items: &entries, total, is_capped: count >= COUNTED };
        asked.page(&machine.call, slice, &found)
    }))
}

fn search(asked: &Asked) -> Result<Search, ApiError> {
    let text = |name: &str| asked.all(name).next().unwrap_or_default().to_owned();
    let asked_for = text("logKey");
    let is_ours = asked_for.starts_with(|c: char| c.is_ascii_lowercase());
    let (event, key) = if is_ours { (asked_for, String::new()) } else { (String::new(), asked_for) };
    let (from, to) = (asked.moment("start_time")?, asked.moment("end_time")?);
    Ok(Search {
        user_id: text("userId"),
        app_id: text("applicationId"),
        event,
        key,
        is_whole_key: false,
        actor: String::new(),
        success: None,
        from: from.unwrap_or(Timestamp(0)),
        to: to.unwrap_or(Timestamp(i64::MAX)),
    })
}

/// `GET /api/logs/{id}`: one of them.
#[utoipa::path(
    get, path = "/api/logs/{id}", tag = "management", operation_id = "showLog", params(("id", description = "The entry.")),
    responses((status = 200, body = LogOut), (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`.")),
)]
pub async fn show(machine: Machine, id: Path<String>) -> Answer {
    match audit::find(&machine.call.app.rekey, &id).await {
        Ok(entry) => HttpResponse::Ok().json(LogOut::from(entry)),
        Err(Error::Refused(Refusal::NotFound)) => machine.nothing_has(&id),
        Err(error) => machine.answer(Err(error)),
    }
}
