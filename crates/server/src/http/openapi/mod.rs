//! The description of the JSON APIs as OpenAPI 3.1. The responses of each route are declared at its handler;
//! those that every route may give are added here. Tests fail for a route without a description, and for a
//! description without a route.

mod common;
mod management;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use utoipa::OpenApi;

use crate::http::api::error::ErrorOut;
use crate::http::{account_api, experience_api, sdk_api};

/// The title, the tags, and the schema of errors.
#[derive(OpenApi)]
#[openapi(
    info(title = "Rekey", description = "Sign-in and password recovery as JSON."),
    tags(
        (name = "experience", description = "Experience API: for your own sign-in screens."),
        (name = "account", description = "Account API: for the apps of a signed-in user, with their opaque access token."),
        (name = "sdk", description = "SDK API: used by the browser SDK, for apps with their own screens."),
        (name = "management", description = "Management API: for API clients, with an API key or a token of a machine-to-machine application."),
    ),
    components(schemas(ErrorOut))
)]
struct ApiDoc;

/// The handlers of the Experience API.
#[derive(OpenApi)]
#[openapi(paths(
    experience_api::well_known::sign_in_experience,
    experience_api::well_known::account_center,
    experience_api::well_known::sso_connectors,
    experience_api::interaction::begin,
    experience_api::interaction::switch,
    experience_api::interaction::show,
    experience_api::codes::send,
    experience_api::codes::check,
    experience_api::verification::by_password,
    experience_api::verification::by_token,
    experience_api::identification::identify,
    experience_api::profile::reset,
    experience_api::profile::add,
    experience_api::submit::submit,
    experience_api::consent::show,
    experience_api::consent::agree,
    experience_api::consent::decline,
))]
struct Experience;

/// The handlers of the Account API.
#[derive(OpenApi)]
#[openapi(paths(
    account_api::profile::show,
    account_api::profile::update,
    account_api::profile::update_profile,
    account_api::password::set,
    account_api::addresses::set_email,
    account_api::addresses::remove_email,
    account_api::addresses::set_phone,
    account_api::addresses::remove_phone,
    account_api::sessions::list_sessions,
    account_api::sessions::end_session,
    account_api::grants::list_grants,
    account_api::grants::end_grant,
    account_api::password::verify,
    account_api::verifications::send_code,
    account_api::verifications::check_code,
))]
struct Account;

/// The handlers for the browser SDK.
#[derive(OpenApi)]
#[openapi(paths(
    sdk_api::codes::request_reset,
    sdk_api::codes::send,
    sdk_api::codes::verify,
    sdk_api::passwords::sign_in,
    sdk_api::passwords::sign_up,
    sdk_api::passwords::resend,
    sdk_api::passwords::update,
    sdk_api::sessions::refresh,
    sdk_api::sessions::sign_out,
    sdk_api::sessions::revoke_all,
    sdk_api::sessions::oauth,
    sdk_api::sessions::anonymous,
))]
struct Sdk;

/// The text does not change while the program runs.
static TEXT: LazyLock<String> = LazyLock::new(text);

/// The description of every route.
pub fn description() -> utoipa::openapi::OpenApi {
    let mut whole = ApiDoc::openapi();
    whole.merge(Account::openapi());
    whole.merge(Experience::openapi());
    whole.merge(Sdk::openapi());
    whole.merge(management::Management::openapi());
    common::complete_document(&mut whole);
    whole
}

/// The description as indented text, so that changes are readable in a review.
pub fn text() -> String {
    description().to_pretty_json().unwrap_or_default()
}

/// `GET /api/openapi.json`.
pub async fn show() -> HttpResponse {
    HttpResponse::Ok().insert_header(ContentType::json()).body(TEXT.as_str())
}
