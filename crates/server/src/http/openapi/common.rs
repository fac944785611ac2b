//! Adds the responses that many routes share to each description, so that no handler repeats them. A response
//! that names an error code and has no body of its own gets that of an error.

use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

/// A response that many routes share.
struct CommonResponse {
    status: &'static str,
    name: &'static str,
    note: &'static str,
}

const fn declare(status: &'static str, name: &'static str, note: &'static str) -> CommonResponse {
    CommonResponse { status, name, note }
}

/// Of every route.
const ALL_ROUTES: [CommonResponse; 2] = [
    declare(
        "429",
        "TooManyRequests",
        "Too many calls: `request.rate_limited`. Wait as long as Retry-After says.",
    ),
    declare(
        "503",
        "ServiceUnavailable",
        "What is needed does not answer: `request.unavailable`. Wait as long as Retry-After says.",
    ),
];

/// Of routes that need a bearer token.
const BEARER_ROUTES: [CommonResponse; 2] = [
    declare("401", "Unauthorized", "No bearer, or one that is not known here: `auth.*`."),
    declare("403", "Forbidden", "The bearer may not do that: `auth.forbidden`."),
];

/// Of routes that read a body.
const BODY_ROUTES: [CommonResponse; 3] = [
    declare(
        "400",
        "InvalidBody",
        "Not JSON, or not what it must be: `guard.invalid_input`, with a line for each problem in `details`.",
    ),
    declare("413", "ContentTooLarge", "Larger than can be taken here: `request.too_large`."),
    declare("415", "UnsupportedMediaType", "Not `content-type: application/json`: `request.not_json`."),
];

/// Of every route that says no more about such a request: no text with U+0000 gets in.
const MALFORMED_ADDRESS: CommonResponse =
    declare("400", "MalformedAddress", "An address that is not UTF-8 or has U+0000: `guard.invalid_input`.");

/// Of the SDK's routes, which name the application in the URL.
const SDK_ROUTES: [CommonResponse; 2] = [
    declare("400", "InvalidIdempotencyKey", "An Idempotency-Key of another form: `guard.invalid_input`."),
    declare(
        "404",
        "AppNotFound",
        "No public application with screens of its own has this id: `paywall_not_found`.",
    ),
];

/// The tags of routes without a bearer token.
const TAGS_WITHOUT_BEARER: [&str; 3] = ["experience", "public", "sdk"];

/// Completes every description.
pub(super) fn complete_document(whole: &mut OpenApi) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let components = whole.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    for answer in ALL_ROUTES
        .iter()
        .chain(&BEARER_ROUTES)
        .chain(&BODY_ROUTES)
        .chain(&SDK_ROUTES)
        .chain([&MALFORMED_ADDRESS])
    {
        components.responses.insert(answer.name.to_owned(), RefOr::T(error_response(answer.note)));
    }
    components.schemas.values_mut().for_each(allow_additional_properties);
    for item in whole.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        methods.into_iter().flatten().for_each(complete_operation);
    }
}

/// A schema within `allOf` must not refuse the fields of the others.
fn allow_additional_properties(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::AllOf(whole)) = schema {
        for part in &mut whole.items {
            if let RefOr::T(Schema::Object(part)) = part {
                part.additional_properties = None;
            }
        }
    }
}

fn complete_operation(operation: &mut Operation) {
    // A summary is one line, however the comment is wrapped.
    operation.summary = operation.summary.take().map(|text| strip_route_prefix(&text).replace('\n', " "));
    operation.description = operation.description.take().map(|text| strip_route_prefix(&text));
    for answer in operation.responses.responses.values_mut() {
        if let RefOr::T(answer) = answer {
            fill_response(answer);
        }
    }
    operation.parameters.iter_mut().flatten().for_each(default_to_string);
    let tags = operation.tags.as_deref().unwrap_or_default();
    let with_bearer = !tags.iter().any(|tag| TAGS_WITHOUT_BEARER.contains(&tag.as_str()));
    if with_bearer {
        operation.security = Some(vec![SecurityRequirement::new("bearer", [""; 0])]);
    }
    let of_a_bearer = BEARER_ROUTES.iter().filter(|_| with_bearer);
    let with_body = operation.request_body.is_some();
    let of_a_body = BODY_ROUTES.iter().filter(|_| with_body);
    let of_an_app = SDK_ROUTES.iter().filter(|_| tags.iter().any(|tag| tag == "sdk"));
    let common = ALL_ROUTES.iter().chain(of_a_bearer).chain(of_a_body).chain(of_an_app);
    for answer in common.chain([&MALFORMED_ADDRESS]) {
        let reference = || RefOr::Ref(Ref::from_response_name(answer.name));
        operation.responses.responses.entry(answer.status.to_owned()).or_insert_with(reference);
    }
}

/// A path parameter is a string unless something else is declared.
fn default_to_string(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && parameter.schema.is_none()
    {
        parameter.schema = Some(RefOr::T(Schema::Object(Object::with_type(Type::String))));
    }
}

/// The comment of a handler without the route that it begins with.
fn strip_route_prefix(comment: &str) -> String {
    let text = match comment.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        Some((_, rest)) => rest.trim_start_matches([':', '.']).trim(),
        None => comment.trim(),
    };
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn error_response(note: &str) -> Response {
    let mut answer = ResponseBuilder::new().description(note).build();
    fill_response(&mut answer);
    answer
}

fn fill_response(answer: &mut Response) {
    if answer.description.is_empty() {
        "Done.".clone_into(&mut answer.description);
    }
    if answer.content.is_empty() && answer.description.contains('`') {
        let schema = Some(RefOr::Ref(Ref::from_schema_name("Error")));
        let body = ContentBuilder::new().schema(schema).build();
        answer.content.insert("application/json".to_owned(), RefOr::T(body));
    }
}
