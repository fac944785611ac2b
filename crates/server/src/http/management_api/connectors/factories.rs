//! The available connector factories with their settings, and sending a test message with settings that are
//! not stored yet.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;

use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::connectors::connector_registry;
use crate::http::management_api::connectors::schema::{FactoryOut, TestIn};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use rekey_core::connectors::spec::{ConnectorType, FactoryInfo};
use rekey_core::connectors::{self, NewConnector, TestRecipient};
use rekey_core::types::error::{Refusal, Result};
use rekey_core::types::identifier::address::Address;
use rekey_core::types::identifier::{Identifier, IdentifierKind};

/// The default language of a test message.
const DEFAULT_LOCALE: &str = "en";

/// `GET /api/connector-factories`: the kinds of connectors, with their settings.
#[utoipa::path(
    get, path = "/api/connector-factories", tag = "management", operation_id = "listConnectorFactories",
    responses((status = 200, body = [FactoryOut])),
)]
pub async fn list(request: ManagementRequest) -> ApiResponse {
    let shown: Vec<_> = connector_registry(&request).factories().iter().map(FactoryOut::from).collect();
    HttpResponse::Ok().json(shown)
}

/// `GET /api/connector-factories/{id}`: one kind of connector.
#[utoipa::path(
    get, path = "/api/connector-factories/{id}", tag = "management", operation_id = "showConnectorFactory",
    params(("id", description = "The factory.")),
    responses(
        (status = 200, body = FactoryOut),
        (status = 404, description = "There is none with this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn show(request: ManagementRequest, id: Path<String>) -> ApiResponse {
    let found = connectors::factory(connector_registry(&request), &id).ok_or(Refusal::NotFound.into());
    request.respond_for_id(&id, found.map(|factory| HttpResponse::Ok().json(FactoryOut::from(&factory))))
}

/// `POST /api/connectors/{id}/test`: sends the code 000000 with these settings of the factory with this id.
/// Nothing is saved.
#[utoipa::path(
    post, path = "/api/connectors/{id}/test", tag = "management", operation_id = "testConnector",
    params(("id", description = "The factory.")), request_body = TestIn,
    responses(
        (status = 204, description = "The message was accepted."),
        (status = 400, description = "`connector.invalid_config` with what is wrong in `details`, `connector.general` with why it was not sent, `guard.invalid_input`."),
        (status = 404, description = "No factory has this id: `entity.not_exists_with_id`."),
    ),
)]
pub async fn test(given: ManagementJson<TestIn>, id: Path<String>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let Some(factory) = connectors::factory(connector_registry(&request), &id) else {
        return request.respond_for_id(&id, Err(Refusal::NotFound.into()));
    };
    match test_address(factory.kind, &body) {
        Ok(to) => request.respond(try_test(&request, factory, body, to).await),
        Err(problem) => ApiError::invalid(problem.to_owned()).into_response(&request.call),
    }
}

async fn try_test(
    request: &ManagementRequest,
    factory: FactoryInfo,
    body: TestIn,
    to: Address,
) -> Result<ApiResponse> {
    let new = NewConnector { factory: factory.id.to_owned(), config: body.config, ..NewConnector::default() };
    let locale = body.locale.filter(|locale| locale.len() <= 35);
    let recipient = TestRecipient { to, locale: locale.as_deref().unwrap_or(DEFAULT_LOCALE) };
    let core = request.core();
    connectors::send_test(core, request.actor(), connector_registry(request), new, recipient).await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}

/// The recipient, of the kind that the factory sends to.
fn test_address(kind: ConnectorType, body: &TestIn) -> std::result::Result<Address, &'static str> {
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
    let identifier = given.and_then(|text| Identifier::parse_as(kind, text));
    identifier.and_then(|identifier| identifier.address()).ok_or(problem)
}
