//! Lists and ends the signed-in user's OAuth grants, of which each is a sign-in to an app.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::account_api::extractor::AccountRequest;
use crate::http::account_api::sessions::respond;
use crate::http::api::ApiResponse;
use rekey_core::account;
use rekey_core::grants::grant::Grant;

/// The grants of a user.
#[derive(Serialize, ToSchema)]
#[schema(as = MyGrants)]
pub struct GrantsOut {
    grants: Vec<GrantOut>,
}

/// A grant: one sign-in to one app.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MyGrant)]
pub struct GrantOut {
    id: String,
    payload: GrantPayloadOut,
    expires_at: i64,
}

/// The payload of a grant. Timestamps are seconds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MyGrantPayload)]
pub struct GrantPayloadOut {
    kind: &'static str,
    jti: String,
    account_id: String,
    client_id: String,
    iat: i64,
    exp: i64,
}

impl From<Grant> for GrantOut {
    fn from(grant: Grant) -> Self {
        let payload = GrantPayloadOut {
            kind: "Grant",
            jti: grant.id.clone(),
            account_id: grant.user_id.0,
            client_id: grant.app_id,
            iat: grant.auth_at.0 / 1000,
            exp: grant.expires_at.0 / 1000,
        };
        Self { id: grant.id, payload, expires_at: grant.expires_at.0 }
    }
}

/// `GET /api/my-account/grants`: the apps to which the user is signed in.
#[utoipa::path(
    get, path = "/api/my-account/grants", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a recent verification.")),
    responses(
        (status = 200, description = "The grants.", body = GrantsOut),
        (status = 400, description = "`account_center.not_enabled`, `account_center.field_not_enabled`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
    ),
)]
pub async fn list_grants(request: AccountRequest) -> ApiResponse {
    let found = account::list_grants(request.core(), &request.principal, request.verification_id()).await;
    let all = |found: Vec<Grant>| {
        HttpResponse::Ok().json(GrantsOut { grants: found.into_iter().map(GrantOut::from).collect() })
    };
    respond(&request, found.map(all))
}

/// `DELETE /api/my-account/grants/{id}`: ends the app's tokens; a third-party application needs the user's
/// consent again.
#[utoipa::path(
    delete, path = "/api/my-account/grants/{id}", tag = "account", security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The grant."),
        ("logto-verification-id" = Option<String>, Header, description = "The record of a recent verification."),
    ),
    responses(
        (status = 204, description = "It has ended."),
        (status = 400, description = "`account_center.not_enabled`, `account_center.field_not_editable`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
        (status = 404, description = "`entity.not_found`"),
    ),
)]
pub async fn end_grant(request: AccountRequest, id: Path<String>) -> ApiResponse {
    let outcome =
        account::end_grant(request.context(), &request.principal, request.verification_id(), &id).await;
    respond(&request, outcome.map(|()| HttpResponse::NoContent().finish()))
}
