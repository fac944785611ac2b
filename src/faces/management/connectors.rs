//! The ways messages leave the building, as operators' machines set them up and try them out. Secrets go in and never come out: in their
//! place stands `******`, which leaves them as they are when it is sent back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::machine::{Given, Machine};
use crate::domain::connectors::{self, NewConnector};
use crate::domain::ports::Outlets;
use crate::faces::common::api::{Answer, ApiError};
use crate::model::connector::{ConnectorSpec, ConnectorType, FactoryFacts, Field};
use crate::model::error::{Error, Refusal, Result};
use crate::model::identifier::{Identifier, IdentifierKind};
use crate::model::message::Address;

/// The language of a try where none is named.
const USUAL: &str = "en";

/// A connector to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewConnector)]
pub struct NewIn {
    /// The factory.
    connector_id: String,
    /// What it wants to know; see the factories.
    #[serde(default)]
    config: Map<String, Value>,
    /// Its own id: letters, digits, `-` and `_`. Made when there is none.
    #[schema(max_length = 128)]
    id: Option<String>,
    /// Its turn among those of its kind, the lowest first. Without it the new one takes the place of all of its kind.
    priority: Option<i32>,
    /// Taken and not kept.
    #[serde(default)]
    #[expect(dead_code, reason = "clients of this API send it")]
    metadata: Option<Map<String, Value>>,
    /// Taken and not looked at: nobody signs in by a connector here.
    #[serde(default)]
    #[expect(dead_code, reason = "clients of this API send it")]
    sync_profile: Option<bool>,
}

/// What is to be changed of a connector.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConnectorPatch)]
pub struct PatchIn {
    /// Replaces all settings; a secret that stands there as `******` stays as it is.
    config: Option<Map<String, Value>>,
    /// Its turn among those of its kind, the lowest first.
    priority: Option<i32>,
}

/// To whom a made-up code is sent, by which settings.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConnectorTest)]
pub struct TestIn {
    /// Where a factory of mail sends it.
    email: Option<String>,
    /// Where a factory of text messages sends it.
    phone: Option<String>,
    /// What the factory wants to know.
    config: Map<String, Value>,
    /// The language of the message.
    #[schema(max_length = 35)]
    locale: Option<String>,
}

/// A connector, without its secrets.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Connector)]
struct ConnectorOut {
    tenant_id: &'static str,
    id: String,
    /// Its factory.
    connector_id: String,
    /// What it carries.
    #[serde(rename = "type")]
    kind: ConnectorType,
    /// What people call its factory.
    name: String,
    /// Its settings; `******` stands for a secret.
    config: Value,
    /// Its turn among those of its kind, the lowest first.
    priority: i32,
    /// Always empty.
    metadata: Map<String, Value>,
    /// Always false.
    sync_profile: bool,
}

/// A kind of connector that can be set up.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectorFactory)]
struct FactoryOut {
    id: &'static str,
    /// What its connectors carry.
    #[serde(rename = "type")]
    kind: ConnectorType,
    /// What people call it.
    name: &'static str,
    /// What `config` may hold.
    #[serde(rename = "formItems")]
    fields: Vec<FieldOut>,
}

/// A setting.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectorSetting)]
struct FieldOut {
    key: &'static str,
    /// Whether nothing works without it.
    required: bool,
    /// Whether it is never shown again.
    secret: bool,
}

impl From<&FactoryFacts> for FactoryOut {
    fn from(facts: &FactoryFacts) -> Self {
        let field =
            |field: &Field| FieldOut { key: field.name, required: field.required, secret: field.secret };
        Self {
            id: facts.id,
            kind: facts.kind,
            name: facts.name,
            fields: facts.fields.iter().map(field).collect(),
        }
    }
}

fn outlets(machine: &Machine) -> &dyn Outlets {
    machine.call.app.get_ref()
}

fn shown(machine: &Machine, connector: ConnectorSpec) -> ConnectorOut {
    let config = connectors::masked(outlets(machine), &connector);
    let factory = connectors::factory(outlets(machine), &connector.connector_id);
    ConnectorOut {
        tenant_id: "default",
        id: connector.id,
        name: factory.map_or_else(|| connector.connector_id.clone(), |factory| factory.name.to_owned()),
        connector_id: connector.connector_id,
        kind: connector.kind,
        config,
        priority: connector.priority,
        metadata: Map::new(),
        sync_profile: false,
    }
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
        let shown: Vec<_> = found.into_iter().map(|connector| shown(&machine, connector)).collect();
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
    machine.in_force(HttpResponse::Ok().json(shown(machine, connector))).await
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
    told(&machine, &id, found.map(|connector| HttpResponse::Ok().json(shown(&machine, connector))))
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
    machine.in_force(HttpResponse::Ok().json(shown(machine, connector))).await
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

/// `GET /api/connector-factories`: what can be set up, and with which settings.
#[utoipa::path(
    get, path = "/api/connector-factories", tag = "management", operation_id = "listConnectorFactories",
    responses((status = 200, body = [FactoryOut])),
)]
pub async fn list_factories(machine: Machine) -> Answer {
    let shown: Vec<_> = outlets(&machine).factories().iter().map(FactoryOut::from).collect();
    HttpResponse::Ok().json(shown)
}

/// `GET /api/connector-factories/{id}`: one of them.
#[utoipa::path(
    get, path = "/api/connector-factories/{id}", tag = "management", operation_id = "showConnectorFactory",
    params(("id", description = "The factory.")),
    responses(
        (status = 200, body = FactoryOut),
        (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn show_factory(machine: Machine, id: Path<String>) -> Answer {
    match connectors::factory(outlets(&machine), &id) {
        Some(factory) => HttpResponse::Ok().json(FactoryOut::from(&factory)),
        None => machine.nothing_has(&id),
    }
}

/// `POST /api/connectors/{id}/test`: sends the code 000000 by these settings, of the factory with this id. Nothing is kept of them.
#[utoipa::path(
    post, path = "/api/connectors/{id}/test", tag = "management", operation_id = "testConnector",
    params(("id", description = "The factory.")), request_body = TestIn,
    responses(
        (status = 204, description = "Somebody took it."),
        (status = 400, description = "`connector.invalid_config` with what is wrong in `details`, `connector.general` with why it was not sent, `guard.invalid_input`."),
        (status = 404, description = "No factory has this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn test(given: Given<TestIn>, id: Path<String>) -> Answer {
    let Given { machine, body } = given;
    let Some(factory) = connectors::factory(outlets(&machine), &id) else {
        return machine.nothing_has(&id);
    };
    match address(factory.kind, &body) {
        Ok(to) => machine.answer(tried(&machine, factory, body, to).await),
        Err(problem) => ApiError::invalid(problem.to_owned()).answer(&machine.call),
    }
}

async fn tried(machine: &Machine, factory: FactoryFacts, body: TestIn, to: Address) -> Result<Answer> {
    let new = NewConnector { factory: factory.id.to_owned(), config: body.config, ..NewConnector::default() };
    let locale = body.locale.filter(|locale| locale.len() <= 35);
    let target = (to, locale.as_deref().unwrap_or(USUAL));
    let rekey = &machine.call.app.rekey;
    connectors::try_out(rekey, machine.author(), outlets(machine), new, target).await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}

/// The address of the kind that the factory carries to.
fn address(kind: ConnectorType, body: &TestIn) -> std::result::Result<Address, &'static str> {
    let (kind, given, other, problem) = match kind {
        ConnectorType::Email => {
            (IdentifierKind::Email, &body.email, &body.phone, "email: expected a mail address, and no phone")
        }
        ConnectorType::Sms => (
            IdentifierKind::Phone,
            &body.phone,
            &body.email,
            "phone: expected a number with its country code, and no email",
        ),
    };
    let given = given.as_deref().filter(|_| other.is_none());
    let identifier = given.and_then(|text| Identifier::of(kind, text));
    identifier.and_then(|identifier| identifier.address()).ok_or(problem)
}
