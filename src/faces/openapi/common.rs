//! What every route may answer beside what is its own: it is added to each description, so that no handler repeats it.

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

/// An error: `code` is contract, `message` is for people.
#[derive(ToSchema)]
#[schema(as = Error)]
#[expect(dead_code, reason = "only described; the answers are written in faces::common::api")]
pub(super) struct ErrorOut {
    /// The stable code; missing only where the body was no JSON or we failed.
    code: Option<String>,
    /// What it means, in the language of Accept-Language.
    message: String,
    /// More about it, for machines.
    data: Option<Value>,
    /// A line for each thing that is wrong with the body.
    details: Option<String>,
}

/// The answers that have nothing to do with what is asked for.
const ALWAYS: [(&str, &str); 4] = [
    ("401", "No bearer, or one that is not known here: `auth.*`."),
    ("403", "The bearer may not do that: `auth.forbidden`."),
    ("429", "Too many calls: `request.rate_limited`; wait as long as Retry-After says."),
    (
        "503",
        "Something that is needed does not answer: `request.unavailable`; wait as long as Retry-After says.",
    ),
];

/// Those of a route that reads a body.
const OF_A_BODY: [(&str, &str); 3] = [
    (
        "400",
        "Not JSON, or not what it must be: `guard.invalid_input` with a line for each problem in `details`.",
    ),
    ("413", "Larger than can be taken here: `request.too_large`."),
    ("415", "Not `content-type: application/json`: `request.not_json`."),
];

/// Completes every description.
pub(super) fn complete(whole: &mut OpenApi) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let components = whole.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    for item in whole.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        methods.into_iter().flatten().for_each(complete_one);
    }
}

fn complete_one(operation: &mut Operation) {
    let with_body = operation.request_body.is_some();
    let of_a_body = OF_A_BODY.iter().filter(|_| with_body);
    for &(status, why) in ALWAYS.iter().chain(of_a_body) {
        let answer = || RefOr::T(error(why));
        operation.responses.responses.entry(status.to_owned()).or_insert_with(answer);
    }
}

fn error(why: &str) -> Response {
    let body = ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name("Error")))).build();
    ResponseBuilder::new().description(why).content("application/json", body).build()
}
