//! What the settings let people see and change about themselves: public, so that a screen can be drawn before anybody signs in.

use actix_web::HttpResponse;
use serde::Serialize;

use crate::faces::common::api::{Answer, Call};
use crate::model::settings::AccountCenter;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CenterOut {
    tenant_id: &'static str,
    id: &'static str,
    #[serde(flatten)]
    center: AccountCenter,
}

/// `GET /api/.well-known/account-center`.
#[utoipa::path(
    get, path = "/api/.well-known/account-center", tag = "experience",
    responses((status = 200, description = "`enabled`, `fields`, and what else there is to know.")),
)]
pub async fn show(call: Call) -> Answer {
    let center = call.app.rekey.live().settings.account_center.clone();
    HttpResponse::Ok().json(CenterOut { tenant_id: "default", id: "default", center })
}
