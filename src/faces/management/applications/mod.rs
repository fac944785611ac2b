//! Applications as operators' machines register, see and change them. A secret is in the one answer that makes it and never again.

/// What is sent to make and change them, described.
mod described;
/// Their secrets.
pub mod secrets;
/// Their shape on the wire.
mod wire;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value};

use self::wire::ApplicationOut;
use super::machine::{Given, Machine};
use super::paging::{Asked, Page};
use crate::domain::apps;
use crate::faces::common::api::Answer;
use crate::model::app::ClientApp;
use crate::model::error::{Error, Refusal, Result};

/// `GET /api/applications`: all of them, or those of `types` or with `search` in their name.
#[utoipa::path(
    get, path = "/api/applications", tag = "management", operation_id = "listApplications",
    params(
        ("types" = Option<String>, Query, description = "Only these kinds, separated by commas."),
        ("search" = Option<String>, Query, description = "Only those with this in their name, in whatever case, or with this id."),
        Page,
    ),
    responses((status = 200, body = [ApplicationOut<'static>]), (status = 400, description = "`guard.invalid_pagination`.")),
)]
pub async fn list(machine: Machine, request: HttpRequest) -> Answer {
    let asked = Asked::of(&request);
    match apps::list(&machine.call.app.rekey).await {
        Ok(all) => {
            let wanted = all.iter().filter(|app| is_wanted(app, &asked));
            asked.answer(&machine.call, &wanted.map(ApplicationOut::from).collect::<Vec<_>>())
        }
        Err(error) => machine.answer(Err(error)),
    }
}

fn is_wanted(app: &ClientApp, asked: &Asked) -> bool {
    let mut types = asked.all("types").flat_map(|types| types.split(',')).peekable();
    let mut texts = asked.all("search").map(|text| text.trim_matches('%').to_lowercase());
    let name = app.name.to_lowercase();
    (types.peek().is_none() || types.any(|kind| kind == app.kind.name()))
        && texts.all(|text| name.contains(&text) || app.id.to_lowercase() == text)
}

/// `POST /api/applications`: registers one; the answer has the first secret of a confidential one.
#[utoipa::path(
    post, path = "/api/applications", tag = "management", operation_id = "createApplication", request_body = described::ApplicationIn,
    responses(
        (status = 200, body = ApplicationOut<'static>),
        (status = 422, description = "The id is taken: `entity.unique_integrity_violation`."),
    ),
)]
pub async fn create(given: Given<Map<String, Value>>) -> Answer {
    let Given { machine, body } = given;
    machine.answer(created(&machine, body).await)
}

async fn created(machine: &Machine, body: Map<String, Value>) -> Result<Answer> {
    let fields = wire::fields(body, &["id", "type"])?;
    let made = apps::create(&machine.call.app.rekey, machine.author(), fields).await;
    let (app, secret) = made.map_err(wire::placed)?;
    machine.in_force(HttpResponse::Ok().json(ApplicationOut::with(&app, secret.as_ref()))).await
}

/// `GET /api/applications/{id}`: one of them.
#[utoipa::path(
    get, path = "/api/applications/{id}", tag = "management", operation_id = "showApplication", params(("id", description = "The client id.")),
    responses((status = 200, body = ApplicationOut<'static>), (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`.")),
)]
pub async fn show(machine: Machine, id: Path<String>) -> Answer {
    let found = apps::find(&machine.call.app.rekey, &id).await;
    told(&machine, &id, found.map(|app| HttpResponse::Ok().json(ApplicationOut::from(&app))))
}

/// `PATCH /api/applications/{id}`: each field that is named is replaced, one that is null is back at its default.
#[utoipa::path(
    patch, path = "/api/applications/{id}", tag = "management", operation_id = "updateApplication", params(("id", description = "The client id.")),
    request_body = described::ApplicationPatch,
    responses((status = 200, body = ApplicationOut<'static>), (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`.")),
)]
pub async fn update(given: Given<Map<String, Value>>, id: Path<String>) -> Answer {
    let Given { machine, body } = given;
    told(&machine, &id, updated(&machine, &id, body).await)
}

async fn updated(machine: &Machine, id: &str, body: Map<String, Value>) -> Result<Answer> {
    let fields = wire::fields(body, &[])?;
    let patched = apps::patch(&machine.call.app.rekey, machine.author(), id, fields).await;
    let app = patched.map_err(wire::placed)?;
    machine.in_force(HttpResponse::Ok().json(ApplicationOut::from(&app))).await
}

/// `DELETE /api/applications/{id}`: nobody signs in for it any more.
#[utoipa::path(
    delete, path = "/api/applications/{id}", tag = "management", operation_id = "deleteApplication", params(("id", description = "The client id.")),
    responses((status = 204), (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(machine: Machine, id: Path<String>) -> Answer {
    told(&machine, &id, destroyed(&machine, &id).await)
}

async fn destroyed(machine: &Machine, id: &str) -> Result<Answer> {
    apps::delete(&machine.call.app.rekey, machine.author(), id).await?;
    machine.in_force(HttpResponse::NoContent().finish()).await
}

/// The answer; an application that is not there is told by its id.
fn told(machine: &Machine, id: &str, outcome: Result<Answer>) -> Answer {
    match outcome {
        Err(Error::Refused(Refusal::NotFound)) => machine.nothing_has(id),
        other => machine.answer(other),
    }
}
