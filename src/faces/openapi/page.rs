//! The description as a page: every route with what it takes and answers. It is made of the same description that machines read, so it
//! can't say anything else. Its own words are in the visitor's language, the description's in English.

use std::sync::LazyLock;

use askama::Template;
use serde_json::Value;

use super::schema::{Field, Kind, fields, kind, note};
use crate::faces::common::page::Page;
use crate::faces::common::visit::{Reply, Visit};

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
    answers: Vec<Answer>,
}

/// What may be answered.
pub struct Answer {
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

static WHOLE: LazyLock<(Vec<Group>, Vec<Schema>)> = LazyLock::new(|| {
    let whole = serde_json::to_value(super::description()).unwrap_or_default();
    (groups(&whole), schemas(&whole))
});

/// `GET /api/docs`.
pub async fn show(visit: Visit) -> Reply {
    let (groups, schemas) = &*WHOLE;
    visit.show(&ApiView { page: visit.page(), groups, schemas })
}

fn entries<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(name).and_then(Value::as_object).into_iter().flatten()
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn groups(whole: &Value) -> Vec<Group> {
    let group = |tag: &Value| {
        let name = text(tag, "name");
        let of_tag = |operation: &Value| items(operation, "tags").any(|known| *known == name);
        let routes = entries(whole, "paths").flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            let wanted = methods.filter(|(_, operation)| of_tag(operation));
            wanted.map(|(method, operation)| route(whole, path, method, operation)).collect::<Vec<_>>()
        });
        Group { note: note(tag), routes: routes.collect() }
    };
    items(whole, "tags").map(group).collect()
}

fn route(whole: &Value, path: &str, method: &str, operation: &Value) -> Route {
    let parameter = |given: &Value| Field {
        name: text(given, "name"),
        kind: given.get("schema").map(kind).unwrap_or_default(),
        is_required: given.get("required").is_some_and(|required| *required == Value::Bool(true)),
        note: note(given),
    };
    let answer = |(status, given): (&String, &Value)| {
        let given = shared(whole, given);
        Answer { status: status.clone(), note: note(given), body: content(given) }
    };
    Route {
        id: text(operation, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation, "summary"),
        parameters: items(operation, "parameters").map(parameter).collect(),
        body: operation.get("requestBody").and_then(content),
        answers: entries(operation, "responses").map(answer).collect(),
    }
}

/// What is shared stands elsewhere.
fn shared<'a>(whole: &'a Value, given: &'a Value) -> &'a Value {
    let place = given.get("$ref").and_then(Value::as_str).map(|place| place.trim_start_matches('#'));
    place.and_then(|place| whole.pointer(place)).unwrap_or(given)
}

/// What a body is.
fn content(given: &Value) -> Option<Kind> {
    given.get("content")?.get("application/json")?.get("schema").map(kind)
}

fn schemas(whole: &Value) -> Vec<Schema> {
    let all = whole.get("components").into_iter().flat_map(|components| entries(components, "schemas"));
    let schema = |(name, given): (&String, &Value)| Schema {
        name: name.clone(),
        note: note(given),
        kind: kind(given),
        fields: fields(given),
    };
    all.map(schema).collect()
}
