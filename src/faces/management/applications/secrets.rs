//! The secrets of an application. Two may be good at once: make the new one, put it where it is used, take the old one away.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::machine::{Given, Machine};
use super::told;
use crate::domain::apps::{self, NewSecret};
use crate::faces::common::api::Answer;
use crate::model::app::AppSecret;
use crate::model::error::Result;
use crate::model::time::Timestamp;

/// A secret to be made.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretIn {
    name: String,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

/// `GET /api/applications/{id}/secrets`: their names and times, not what they are.
pub async fn list(machine: Machine, id: Path<String>) -> Answer {
    let found = apps::list_secrets(&machine.call.app.rekey, &id).await;
    let shown = |secrets: Vec<AppSecret>| secrets.iter().map(shown).collect::<Vec<Value>>();
    told(&machine, &id, found.map(|secrets| HttpResponse::Ok().json(shown(secrets))))
}

/// `POST /api/applications/{id}/secrets`: the answer is the only one that has the value.
pub async fn create(given: Given<SecretIn>, id: Path<String>) -> Answer {
    let Given { machine, body } = given;
    told(&machine, &id, created(&machine, &id, body).await)
}

async fn created(machine: &Machine, id: &str, body: SecretIn) -> Result<Answer> {
    let new = NewSecret { name: body.name, expires_at: body.expires_at };
    let (row, secret) = apps::add_secret(&machine.call.app.rekey, machine.author(), id, new).await?;
    let mut shown = shown(&row);
    if let Value::Object(fields) = &mut shown {
        fields.insert("value".to_owned(), secret.expose().into());
    }
    machine.in_force(HttpResponse::Created().json(shown)).await
}

/// `DELETE /api/applications/{id}/secrets/{name}`: from now on it is wrong.
pub async fn destroy(machine: Machine, place: Path<(String, String)>) -> Answer {
    let (id, name) = place.into_inner();
    told(&machine, &name, destroyed(&machine, &id, &name).await)
}

async fn destroyed(machine: &Machine, id: &str, name: &str) -> Result<Answer> {
    apps::delete_secret(&machine.call.app.rekey, machine.author(), id, name).await?;
    machine.in_force(HttpResponse::NoContent().finish()).await
}

fn shown(secret: &AppSecret) -> Value {
    json!({
        "tenantId": "default",
        "applicationId": secret.app_id,
        "name": secret.name,
        "createdAt": secret.created_at,
        "expiresAt": secret.expires_at,
    })
}
