//! The fields that users may see and change about themselves: public, so that a screen can be drawn before
//! sign-in.

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::api::{ApiRequest, ApiResponse};
use rekey_core::settings::AccountCenter;

/// The settings of the account center.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicAccountCenter)]
struct CenterOut {
    tenant_id: &'static str,
    id: &'static str,
    #[serde(flatten)]
    #[schema(inline)]
    center: AccountCenter,
}

/// `GET /api/.well-known/account-center`: what signed-in users may see and change of their own account.
#[utoipa::path(
    get, path = "/api/.well-known/account-center", tag = "experience",
    responses((status = 200, body = CenterOut)),
)]
pub async fn show(call: ApiRequest) -> ApiResponse {
    let center = call.app.core.snapshot().settings.account_center.clone();
    HttpResponse::Ok().json(CenterOut { tenant_id: "default", id: "default", center })
}
