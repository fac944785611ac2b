//! The OpenAPI description: it lists every JSON route and no other, and the committed file is the one that
//! the program serves.

use std::collections::BTreeSet;
use std::fs;

use rekey_server::http::openapi;
use serde_json::Value;

use crate::promises::routes::JSON;
use crate::support::app::TestApp;

/// Addresses that describe or are for monitors: nothing is sent to them, and no client is made for them.
const NOT_DESCRIBED: [&str; 2] = ["/api/status", "/api/openapi.json"];

fn described_routes() -> BTreeSet<(String, String)> {
    let whole: Value = serde_json::from_str(&openapi::text()).unwrap();
    let paths = whole["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &Value)| {
        let methods: Vec<_> =
            item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())).collect();
        methods
    };
    paths.iter().flat_map(methods).collect()
}

/// The methods of one `resource(…)` of the map.
fn methods(place: &str) -> impl Iterator<Item = &'static str> {
    let known = [
        ("get_or_head(", "get"),
        ("get()", "get"),
        ("post()", "post"),
        ("put()", "put"),
        ("patch()", "patch"),
        ("delete()", "delete"),
    ];
    known.into_iter().filter(|(mark, _)| place.contains(&format!("route({mark}"))).map(|(_, method)| method)
}

/// The routes of one function: what stands behind a scope is below it.
fn routes(function: &str) -> Vec<(String, String)> {
    let (mut below, mut found) = (String::new(), Vec::new());
    for part in function.split("scope(\"").enumerate() {
        let (nth, mut rest) = part;
        if nth > 0 {
            let (scope, behind) = rest.split_once('"').unwrap();
            (below, rest) = (scope.to_owned(), behind);
        }
        for place in rest.split("resource(\"").skip(1) {
            let (path, rest) = place.split_once('"').unwrap();
            found.extend(methods(rest).map(|method| (method.to_owned(), format!("/api{below}{path}"))));
        }
    }
    found
}

fn registered_routes() -> BTreeSet<(String, String)> {
    let routes = JSON.iter().flat_map(|file| file.split("\nfn ")).flat_map(routes);
    routes.filter(|(_, path)| !NOT_DESCRIBED.contains(&path.as_str())).collect()
}

#[test]
fn the_description_lists_every_route_and_no_other() {
    let (described, mapped) = (described_routes(), registered_routes());
    let missing: Vec<_> = mapped.difference(&described).collect();
    let invented: Vec<_> = described.difference(&mapped).collect();
    assert!(missing.is_empty() && invented.is_empty(), "not described: {missing:?}, not there: {invented:?}");
}

#[test]
fn every_reference_resolves() {
    let text = openapi::text();
    let whole: Value = serde_json::from_str(&text).unwrap();
    for reference in text.split("\"$ref\": \"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(whole.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn the_committed_description_is_fresh() {
    let stored = fs::read_to_string("docs/api/openapi.json").unwrap_or_default();
    assert!(stored.trim_end() == openapi::text(), "run: cargo run -q -- openapi > docs/api/openapi.json");
}

#[tokio::test]
async fn the_json_and_html_descriptions_agree() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let json = browser.get("/api/openapi.json").await;
    assert_eq!((json.status, json.header("content-type")), (200, "application/json"));
    assert_eq!(json.html, openapi::text());
    let page = browser.get("/api/docs").await;
    assert_eq!(page.status, 200);
    for (_, path) in described_routes() {
        assert!(page.html.contains(&format!("<code>{path}</code>")), "{path}");
    }
}
