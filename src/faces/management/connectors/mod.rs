//! The ways messages leave the building, as operators' machines set them up and try them out. Secrets go in and never come out: in their
//! place stands `******`, which leaves them as they are when it is sent back.

/// Their factories, and a try.
pub mod factories;
/// Their shape on the wire.
mod wire;

use actix_web::HttpResponse;
use actix_web::web::Path;

use self::wire::{ConnectorOut, NewIn, PatchIn};
use super::machine::{Given, Machine};
use crate::domain::connectors::{self, NewConnector};
use crate::domain::ports::Outlets;
use crate::faces::common::api::Answer;
use crate::model::connector::ConnectorSpec;
use crate::model::error::{Error, Refusal, Result};

fn outlets(machine: &Machine) -> &dyn Outlets {
    machine.call.app.get_ref()
}

fn told(machine: &Machine, id: &str, outcome: Result<Answer>) -> Answer {
    match outcome {
        Err(Error::Refused(Refusal::NotFound)) => machine.nothing_has(id),
        other => machine.answer(other),
    }
}

/// `GET /api/connectors`: all of them, in the order of their turns.
#[utoipa::path(
    get, path = "/api/connectors", tag = "management", operation_id = "listConnectors",
    responses((status = 200, body = [ConnectorOut])),
)]
pub async fn list(machine: Machine) -> Answer {
    let found = connectors::list(&machine.call.app.rekey).await;
    let all = |found: Vec<ConnectorSpec>| {
        let shown: Vec<_> =
            found.into_iter().map(|connector| ConnectorOut::of(outlets(&machine), connector)).collect();
        HttpResponse::Ok().json(shown)
    };
    machine.answer(found.map(all))
}

/// `POST /api/connectors`: sets one up. It takes the place of those of its kind, unless it names its turn.
#[utoipa::path(
    post, path = "/api/connectors", tag = "management", operation_id = "createConnector", request_body = NewIn,
    responses(
        (status = 200, body = ConnectorOut),
        (status = 400, description = "`connector.invalid_config` with what is wrong in `details`, `guard.invalid_input`."),
        (status = 422, description = "`connector.not_found_with_connector_id`: there is no such factory. `entity.unique_integrity_violation`: the id is taken."),
    ),
)]
pub async fn create(given: Given<NewIn>) -> Answer {
    let Given { machine, body } = given;
    machine.answer(created(&machine, body).await)
}

async fn created(machine: &Machine, body: NewIn) -> Result<Answer> {
    let NewIn { connector_id: factory, config, id, priority, .. } = body;
    let new = NewConnector { id, factory, config, priority };
    let rekey = &machine.call.app.rekey;
    let connector = connectors::create(rekey, machine.author(), outlets(machine), new).await?;
    machine.in_force(HttpResponse::Ok().json(ConnectorOut::of(outlets(machine), connector))).await
}

/// `GET /api/connectors/{id}`: one of them.
#[utoipa::path(
    get, path = "/api/connectors/{id}", tag = "management", operation_id = "showConnector",
    params(("id", description = "The connector.")),
    responses(
        (status = 200, body = ConnectorOut),
        (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn show(machine: Machine, id: Path<String>) -> Answer {
    let found = connectors::find(&machine.call.app.rekey, &id).await;
    told(
        &machine,
        &id,
        found.map(|connector| HttpResponse::Ok().json(ConnectorOut::of(outlets(&machine), connector))),
    )
}

/// `PATCH /api/connectors/{id}`: other settings, another turn.
#[utoipa::path(
    patch, path = "/api/connectors/{id}", tag = "management", operation_id = "updateConnector",
    params(("id", description = "The connector.")), request_body = PatchIn,
    responses(
        (status = 200, body = ConnectorOut),
        (status = 400, description = "`connector.invalid_config` with what is wrong in `details`, `guard.invalid_input`."),
        (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`."),
        (status = 422, description = "`connector.not_found_with_connector_id`: it is one of development, which only the bootstrap file sets up."),
    ),
)]
pub async fn update(given: Given<PatchIn>, id: Path<String>) -> Answer {
    let Given { machine, body } = given;
    let outcome = updated(&machine, &id, body).await;
    told(&machine, &id, outcome)
}

async fn updated(machine: &Machine, id: &str, body: PatchIn) -> Result<Answer> {
    let (rekey, change) = (&machine.call.app.rekey, (body.config, body.priority));
    let connector = connectors::patch(rekey, machine.author(), outlets(machine), id, change).await?;
    machine.in_force(HttpResponse::Ok().json(ConnectorOut::of(outlets(machine), connector))).await
}

/// `DELETE /api/connectors/{id}`: takes it away. What only it could carry waits, and is not offered any more.
#[utoipa::path(
    delete, path = "/api/connectors/{id}", tag = "management", operation_id = "deleteConnector",
    params(("id", description = "The connector.")),
    responses(
        (status = 204),
        (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn delete(machine: Machine, id: Path<String>) -> Answer {
    let outcome = deleted(&machine, &id).await;
    told(&machine, &id, outcome)
}

async fn deleted(machine: &Machine, id: &str) -> Result<Answer> {
    connectors::delete(&machine.call.app.rekey, machine.author(), id).await?;
    machine.in_force(HttpResponse::NoContent().finish()).await
}
