//! What kinds of connectors can be set up, and with which settings; and a try of some settings before they are kept.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::super::machine::{Given, Machine};
use super::outlets;
use super::wire::{FactoryOut, TestIn};
use crate::domain::connectors::{self, NewConnector};
use crate::faces::common::api::{Answer, ApiError};
use crate::model::connector::{ConnectorType, FactoryFacts};
use crate::model::error::Result;
use crate::model::identifier::{Identifier, IdentifierKind};
use crate::model::message::Address;

/// The language of a try where none is named.
const USUAL: &str = "en";

/// `GET /api/connector-factories`: what can be set up, and with which settings.
#[utoipa::path(
    get, path = "/api/connector-factories", tag = "management", operation_id = "listConnectorFactories",
    responses((status = 200, body = [FactoryOut])),
)]
pub async fn list(machine: Machine) -> Answer {
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
pub async fn show(machine: Machine, id: Path<String>) -> Answer {
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
