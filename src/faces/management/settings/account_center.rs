//! What signed-in people may see and change about themselves, as operators' machines see and change it. What the bootstrap file says of it is
//! said again at every start.

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::machine::{Given, Machine};
use crate::domain::settings;
use crate::faces::common::api::Answer;
use crate::model::error::Result;
use crate::model::settings::AccountCenter;

/// The account center.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountCenterInForce)]
struct CenterOut {
    tenant_id: &'static str,
    id: &'static str,
    #[serde(flatten)]
    #[schema(inline)]
    center: AccountCenter,
}

fn whole(machine: &Machine) -> Answer {
    let center = machine.call.app.rekey.live().settings.account_center.clone();
    HttpResponse::Ok().json(CenterOut { tenant_id: "default", id: "default", center })
}

/// `GET /api/account-center`: what signed-in people may see and change about themselves.
#[utoipa::path(
    get, path = "/api/account-center", tag = "management", operation_id = "showAccountCenter",
    responses((status = 200, body = CenterOut)),
)]
pub async fn show(machine: Machine) -> Answer {
    whole(&machine)
}

/// `PATCH /api/account-center`: each field that is named is replaced, and of `fields` those that are named; answers with all of it.
#[utoipa::path(
    patch, path = "/api/account-center", tag = "management", operation_id = "updateAccountCenter",
    request_body = AccountCenter,
    responses((status = 200, body = CenterOut), (status = 400, description = "`guard.invalid_input`.")),
)]
pub async fn update(given: Given<Map<String, Value>>) -> Answer {
    let Given { machine, body } = given;
    let outcome = updated(&machine, body).await;
    machine.answer(outcome)
}

async fn updated(machine: &Machine, patch: Map<String, Value>) -> Result<Answer> {
    let call = &machine.call;
    settings::change_account_center(&call.app.rekey, &call.caller, &machine.key, patch).await?;
    call.app.refresh().await?;
    Ok(whole(machine))
}
