//! Shows and changes the signed-in user's profile. A field is shown if both the token's scopes and the
//! settings allow it, and is left out otherwise; null means that the user has no value.

mod schema;

use actix_web::HttpResponse;

use crate::http::account_api::extractor::{AccountJson, AccountRequest};
use crate::http::account_api::profile::schema::{AccountOut, ChangeIn, ProfileIn};
use crate::http::api::{ApiResponse, JsonObject};
use rekey_core::account::{self, AccountPatch, Principal};
use rekey_core::settings::FieldAccess;
use rekey_core::types::patch::Patch;
use rekey_core::users::profile::Profile;
use rekey_core::users::user::User;

/// `GET /api/my-account`.
#[utoipa::path(
    get, path = "/api/my-account", tag = "account", security(("bearer" = [])),
    responses(
        (status = 200, description = "The fields that the token's scopes and the settings show.", body = AccountOut),
        (status = 400, description = "`account_center.not_enabled`."),
    ),
)]
pub async fn show(request: AccountRequest) -> ApiResponse {
    HttpResponse::Ok().json(to_account_out(&request, request.principal.user.clone()))
}

/// `PATCH /api/my-account`: changes the named fields; a username needs a recent verification.
#[utoipa::path(
    patch, path = "/api/my-account", tag = "account", security(("bearer" = [])),
    params(("logto-verification-id" = Option<String>, Header, description = "The record of a recent verification, for a username.")),
    request_body = ChangeIn,
    responses(
        (status = 200, description = "The changed account or profile.", body = AccountOut),
        (status = 400, description = "`account_center.*`, `auth.unauthorized` without the scope, `guard.invalid_input`, `user.last_sign_in_method_required`."),
        (status = 401, description = "`verification_record.permission_denied`, `auth.*`."),
        (status = 422, description = "`user.username_already_in_use`."),
    ),
)]
pub async fn update(given: AccountJson<ChangeIn>) -> ApiResponse {
    let AccountJson { request, body } = given;
    let ChangeIn { name, avatar, username, custom_data } = body;
    let change = AccountPatch { name, avatar, username, custom_data };
    let outcome =
        account::update(request.context(), &request.principal, request.verification_id(), change).await;
    request.respond(outcome.map(|user| HttpResponse::Ok().json(to_account_out(&request, user))))
}

/// `PATCH /api/my-account/profile`: changes the named fields and returns all of them.
#[utoipa::path(
    patch, path = "/api/my-account/profile", tag = "account", security(("bearer" = [])),
    request_body = ProfileIn,
    responses(
        (status = 200, description = "The changed account or profile.", body = ProfileIn),
        (status = 400, description = "`account_center.*`, `auth.unauthorized` without the scope, `guard.invalid_input`."),
    ),
)]
pub async fn update_profile(given: AccountJson<JsonObject>) -> ApiResponse {
    let AccountJson { request, body } = given;
    let outcome = account::update_profile(request.context(), &request.principal, body.0).await;
    request.respond(
        outcome.map(|user| HttpResponse::Ok().json(visible_profile(&request.principal, user.profile))),
    )
}

/// Removes the postal address if the application may not see it.
fn visible_profile(principal: &Principal, mut whole: Profile) -> Profile {
    if !principal.scope.has("address") {
        whole.address = None;
    }
    whole
}

fn to_account_out(request: &AccountRequest, user: User) -> AccountOut {
    let principal = &request.principal;
    let fields = request.core().snapshot().settings.account_center.fields;
    let has_method = user.has_verification_method();
    let has_password = user.password_digest.is_some();
    let basic = principal.scope.has("profile");
    let shows = |scope: &str, access: FieldAccess| principal.scope.has(scope) && access.is_readable();
    AccountOut {
        id: user.id.0,
        username: Patch::when(shows("profile", fields.username), user.username),
        name: Patch::when(shows("profile", fields.name), user.name),
        avatar: Patch::when(shows("profile", fields.avatar), user.avatar),
        primary_email: Patch::when(shows("email", fields.email), user.email),
        primary_phone: Patch::when(shows("phone", fields.phone), user.phone),
        profile: shows("profile", fields.profile).then(|| visible_profile(principal, user.profile)),
        custom_data: shows("custom_data", fields.custom_data).then_some(user.custom_data),
        last_sign_in_at: Patch::when(basic, user.last_sign_in_at.map(|at| at.0)),
        created_at: basic.then_some(user.created_at.0),
        updated_at: basic.then_some(user.updated_at.0),
        application_id: Patch::when(basic, user.app_id),
        is_suspended: basic.then_some(user.is_suspended),
        has_password: fields.password.is_readable().then_some(has_password),
        has_security_verification_method: has_method,
    }
}
