//! The secrets of an application. Two may be good at once: make the new one, put it where it is used, take the old one away.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::machine::{Given, Machine};
use super::told;
use crate::domain::apps::{self, NewSecret};
use crate::faces::common::api::Answer;
use crate::model::app::AppSecret;
use crate::model::error::Result;
use crate::model::time::Timestamp;

/// A secret to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewApplicationSecret)]
pub struct SecretIn {
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

/// `GET /api/applications/{id}/secrets`: their names and times, not what they are.
#[utoipa::path(
    get, path = "/api/applications/{id}/secrets", tag = "management", operation_id = "listApplicationSecrets", params(("id", description = "The client id.")),
    responses((status = 200, body = [SecretOut]), (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`.")),
)]
pub async fn list(machine: Machine, id: Path<String>) -> Answer {
    let found = apps::list_secrets(&machine.call.app.rekey, &id).await;
    let shown = |secrets: Vec<AppSecret>| secrets.into_iter().map(SecretOut::from).collect::<Vec<_>>();
    told(&machine, &id, found.map(|secrets| HttpResponse::Ok().json(shown(secrets))))
}

/// `POST /api/applications/{id}/secrets`: the answer is the only one that has the value.
#[utoipa::path(
    post, path = "/api/applications/{id}/secrets", tag = "management", operation_id = "createApplicationSecret", params(("id", description = "The client id.")), request_body = SecretIn,
    responses(
        (status = 201, body = SecretOut),
        (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`."),
        (status = 422, description = "There is one of this name: `entity.unique_integrity_violation`. A public application keeps none: `request.refused`."),
    ),
)]
pub async fn create(given: Given<SecretIn>, id: Path<String>) -> Answer {
    let Given { machine, body } = given;
    told(&machine, &id, created(&machine, &id, body).await)
}

async fn created(machine: &Machine, id: &str, body: SecretIn) -> Result<Answer> {
    let new = NewSecret { name: body.name, expires_at: body.expires_at };
    let (row, secret) = apps::add_secret(&machine.call.app.rekey, machine.author(), id, new).await?;
    let shown = SecretOut { value: Some(secret.expose().to_owned()), ..SecretOut::from(row) };
    machine.in_force(HttpResponse::Created().json(shown)).await
}

/// `DELETE /api/applications/{id}/secrets/{name}`: from now on it is wrong.
#[utoipa::path(
    delete, path = "/api/applications/{id}/secrets/{name}", tag = "management", operation_id = "deleteApplicationSecret",
    params(("id", description = "The client id."), ("name", description = "The name of the secret.")),
    responses((status = 204), (status = 404, description = "Nothing has this id: `entity.not_exists_with_id`.")),
)]
pub async fn destroy(machine: Machine, place: Path<(String, String)>) -> Answer {
    let (id, name) = place.into_inner();
    told(&machine, &name, destroyed(&machine, &id, &name).await)
}

async fn destroyed(machine: &Machine, id: &str, name: &str) -> Result<Answer> {
    apps::delete_secret(&machine.call.app.rekey, machine.author(), id, name).await?;
    machine.in_force(HttpResponse::NoContent().finish()).await
}

/// A secret, without what it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApplicationSecret)]
struct SecretOut {
    tenant_id: &'static str,
    application_id: String,
    name: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    /// What it is; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

impl From<AppSecret> for SecretOut {
    fn from(secret: AppSecret) -> Self {
        let AppSecret { app_id: application_id, name, created_at, expires_at, .. } = secret;
        Self { tenant_id: "default", application_id, name, created_at, expires_at, value: None }
    }
}
