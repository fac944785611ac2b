//! The description of the JSON faces, as OpenAPI 3.1. What one route answers stands at its handler; what every route may answer is added
//! here. The surprise: an address or a method that is not described fails a test, and so does one that is described and not there.

mod account;
mod common;
mod management;

use utoipa::OpenApi;

/// What stands above everything.
#[derive(OpenApi)]
#[openapi(
    info(title = "Rekey", description = "Sign-in and password recovery as JSON."),
    components(schemas(common::ErrorOut))
)]
struct Whole;

/// The description of every route.
pub fn description() -> utoipa::openapi::OpenApi {
    let mut whole = Whole::openapi();
    whole.merge(account::Account::openapi());
    whole.merge(management::Management::openapi());
    common::complete(&mut whole);
    whole
}
