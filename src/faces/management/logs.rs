//! The audit log, as operators' machines read it. Where this API has a name of its own for an event it is said so, and both names are taken.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::machine::Machine;
use super::paging::{Asked, Page};
use crate::domain::audit::{self, COUNTED, Entry, Search};
use crate::faces::common::api::{Answer, ApiError};
use crate::model::error::{Error, Refusal};
use crate::model::time::Timestamp;

/// Our names of events, and those of this API.
const KEYS: [(&str, &str); 9] = [
    ("password_reset_init", "Interaction.ForgotPassword.Create"),
    ("password_reset_verify", "Interaction.ForgotPassword.Identifier.Submit"),
    ("password_reset", "Interaction.ForgotPassword.Submit"),
    ("sign_in_init", "Interaction.SignIn.Create"),
    ("sign_in_verify", "Interaction.SignIn.Identifier.Submit"),
    ("sign_in", "Interaction.SignIn.Submit"),
    ("sign_up_init", "Interaction.Register.Create"),
    ("sign_up_verify", "Interaction.Register.Identifier.Submit"),
    ("sign_up", "Interaction.Register.Submit"),
];

/// An entry.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditLog)]
struct LogOut {
    tenant_id: &'static str,
    id: String,
    key: String,
    payload: PayloadOut,
    created_at: Timestamp,
}

/// What happened, to whom, from where.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditLogPayload)]
struct PayloadOut {
    key: String,
    /// `Success` or `Error`.
    result: &'static str,
    /// The code of the refusal, or the word of the event's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<String>,
    ip: String,
    user_agent: String,
    user_id: Option<String>,
    application_id: Option<String>,
    /// The request, session or key that it belongs to.
    session_id: Option<String>,
}

impl From<Entry> for LogOut {
    fn from(entry: Entry) -> Self {
        let named =
            KEYS.iter().find(|(ours, _)| *ours == entry.event).map(|(_, theirs)| (*theirs).to_owned());
        let key = named.unwrap_or(entry.event);
        let failed = entry.result.contains('.') || ["throttled", "refused"].contains(&entry.result.as_str());
        let payload = PayloadOut {
            key: key.clone(),
            result: if failed { "Error" } else { "Success" },
            error: failed.then_some(entry.result),
            ip: entry.ip,
            user_agent: entry.user_agent,
            user_id: entry.user_id,
            application_id: entry.app_id,
            session_id: entry.about,
        };
        Self { tenant_id: "default", id: entry.id, key, payload, created_at: entry.created_at }
    }
}

/// `GET /api/logs`: a page of what happened, the newest first.
#[utoipa::path(
    get, path = "/api/logs", tag = "management", operation_id = "listLogs",
    params(
        ("userId" = Option<String>, Query, description = "Only about this person."),
        ("applicationId" = Option<String>, Query, description = "Only on behalf of this application."),
        ("logKey" = Option<String>, Query, description = "Only this, by the name of this API or by ours."),
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
    let found = audit::search(&machine.call.app.rekey, &search, (slice.skip(), slice.limit())).await;
    machine.answer(found.map(|(entries, count)| {
        let entries: Vec<LogOut> = entries.into_iter().map(LogOut::from).collect();
        let total = usize::try_from(count).unwrap_or_default();
        asked.page(&machine.call, slice, (&entries, total, count >= COUNTED))
    }))
}

fn search(asked: &Asked) -> Result<Search, ApiError> {
    let text = |name: &str| asked.all(name).next().unwrap_or_default().to_owned();
    let key = text("logKey");
    let event = KEYS.iter().find(|(_, theirs)| *theirs == key).map(|(ours, _)| (*ours).to_owned());
    let (from, to) = (asked.moment("start_time")?, asked.moment("end_time")?);
    Ok(Search {
        user_id: text("userId"),
        app_id: text("applicationId"),
        event: event.unwrap_or(key),
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
