//! The API description as a page: every route with its request and responses. It is built from the same
//! document that tools read, so they cannot disagree. Its own text is in the visitor's language, the
//! description in English.

mod schema;

use std::sync::LazyLock;

use askama::Template;
use serde_json::Value;

use crate::http::api_reference::schema::{Field, Kind, read_fields, read_kind, read_note};
use rekey_server::http::html::page::Page;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::openapi;

/// The page.
#[derive(Template)]
#[template(path = "pages/api.html")]
struct ApiView {
    page: Page,
    groups: &'static [Group],
    schemas: &'static [Schema],
}

/// The routes of one audience.
pub struct Group {
    note: String,
    routes: Vec<Route>,
}

/// One route.
pub struct Route {
    id: String,
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Field>,
    body: Option<Kind>,
    answers: Vec<RouteResponse>,
}

/// A possible response.
pub struct RouteResponse {
    status: String,
    note: String,
    body: Option<Kind>,
}

/// A named schema.
pub struct Schema {
    name: String,
    note: String,
    kind: Kind,
    fields: Vec<Field>,
}

static DOCUMENT: LazyLock<(Vec<Group>, Vec<Schema>)> = LazyLock::new(|| {
    let whole = serde_json::to_value(openapi::description()).unwrap_or_default();
    (read_groups(&whole), read_schemas(&whole))
});

/// `GET /api/docs`.
pub async fn show(request: PageRequest) -> PageResponse {
    let (groups, schemas) = &*DOCUMENT;
    request.ok(&ApiView { page: request.page(), groups, schemas })
}

fn entries<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(name).and_then(Value::as_object).into_iter().flatten()
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text_of(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn read_groups(whole: &Value) -> Vec<Group> {
    let group = |tag: &Value| {
        let name = text_of(tag, "name");
        let of_tag = |operation: &Value| items(operation, "tags").any(|known| *known == name);
        let routes = entries(whole, "paths").flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            let wanted = methods.filter(|(_, operation)| of_tag(operation));
            wanted.map(|(method, operation)| read_route(whole, path, method, operation)).collect::<Vec<_>>()
        });
        Group { note: read_note(tag), routes: routes.collect() }
    };
    items(whole, "tags").map(group).collect()
}

fn read_route(whole: &Value, path: &str, method: &str, operation: &Value) -> Route {
    let parameter = |given: &Value| Field {
        name: text_of(given, "name"),
        kind: given.get("schema").map(read_kind).unwrap_or_default(),
        is_required: given.get("required").is_some_and(|required| *required == Value::Bool(true)),
        note: read_note(given),
    };
    let answer = |(status, given): (&String, &Value)| {
        let given = resolve_ref(whole, given);
        RouteResponse { status: status.clone(), note: read_note(given), body: read_body(given) }
    };
    Route {
        id: text_of(operation, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text_of(operation, "summary"),
        parameters: items(operation, "parameters").map(parameter).collect(),
        body: operation.get("requestBody").and_then(read_body),
        answers: entries(operation, "responses").map(answer).collect(),
    }
}

/// Resolves a reference to a shared definition.
fn resolve_ref<'a>(whole: &'a Value, given: &'a Value) -> &'a Value {
    let place = given.get("$ref").and_then(Value::as_str).map(|place| place.trim_start_matches('#'));
    place.and_then(|place| whole.pointer(place)).unwrap_or(given)
}

/// The type of a body.
fn read_body(given: &Value) -> Option<Kind> {
    given.get("content")?.get("application/json")?.get("schema").map(read_kind)
}

fn read_schemas(whole: &Value) -> Vec<Schema> {
    let all = whole.get("components").into_iter().flat_map(|components| entries(components, "schemas"));
    let schema = |(name, given): (&String, &Value)| Schema {
        name: name.clone(),
        note: read_note(given),
        kind: read_kind(given),
        fields: read_fields(given),
    };
    all.map(schema).collect()
}
