//! The description of the JSON APIs as OpenAPI 3.1. The responses of each route are declared at its handler;
//! those that every route may give are added here. Tests fail for a route without a description, and for a
//! description without a route.

mod account;
mod common;
mod experience;
mod management;
mod page;
mod schema;
mod sdk;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use utoipa::OpenApi;

use crate::http::api::error::ErrorOut;

pub use crate::http::openapi::page::show as page;

/// What stands above everything.
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

/// The text does not change while the program runs.
static TEXT: LazyLock<String> = LazyLock::new(text);

/// The description of every route.
pub fn description() -> utoipa::openapi::OpenApi {
    let mut whole = ApiDoc::openapi();
    whole.merge(account::Account::openapi());
    whole.merge(experience::Experience::openapi());
    whole.merge(sdk::Sdk::openapi());
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
