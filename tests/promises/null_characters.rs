//! Text with U+0000 and lone surrogates is refused at the edge: every field, parameter and id answers 400 on
//! both engines, of which only SQLite could store it.

use rekey_server::http::openapi;
use serde_json::{Value, json};

use super::routes::ROUTES;
use super::{CookieClient, FORM};
use crate::http::account_api::everything_editable;
use crate::http::experience_api::CustomUi;
use crate::http::graphql::{GRAPHQL, execute};
use crate::http::oidc::PASSWORD;
use crate::http::sdk_api::{ADA, sign_in, with_session};
use crate::http::{ROOT, api_client, body};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::Client;
use crate::support::db_dump;

const IN_URLS: [&str; 2] = ["%00", "%ed%a0%80"];
const IN_JSON: [&str; 2] = [r"\u0000", r"\ud800"];
/// Where such text is put.
const MARK: &str = "a mark";

/// Callers whom each API admits, so that it is the text that is refused.
struct Callers {
    operator: Browser,
    account: Browser,
    experience: Browser,
    sdk: Browser,
}

impl Callers {
    async fn admit(app: &TestApp) -> Self {
        let ada = app.new_user(ADA).with_password(PASSWORD).make().await;
        let scope = "openid profile email phone custom_data urn:logto:scope:sessions";
        let tokens = Client::of(app, "shop").sign_in(&app.browser(), &ada, &[("scope", scope)]).await;
        Self {
            operator: api_client(app, ROOT),
            account: api_client(app, &tokens.access),
            experience: CustomUi::with_interaction(app, "SignIn").await.browser,
            sdk: with_session(app, &sign_in(app, PASSWORD).await),
        }
    }

    fn of(&self, path: &str) -> &Browser {
        let below = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
        if below(&["/api/my-account", "/api/verifications/"]) {
            &self.account
        } else if below(&["/api/experience", "/api/interaction"]) {
            &self.experience
        } else if below(&["/api/v1/"]) {
            &self.sdk
        } else {
            &self.operator
        }
    }
}

/// A request with the mark in one place.
struct Attempt {
    method: String,
    path: String,
    body: Option<Value>,
}

fn attempts() -> Vec<Attempt> {
    let whole: Value = serde_json::from_str(&openapi::text()).unwrap();
    let mut found = Vec::new();
    for (path, item) in whole["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let mut add =
                |path: String, body| found.push(Attempt { method: method.to_uppercase(), path, body });
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                match parameter["in"].as_str().unwrap() {
                    "path" => add(fill_ids(&path.replace(&format!("{{{name}}}"), MARK)), None),
                    "query" => add(format!("{}?{name}={MARK}", fill_ids(path)), None),
                    _ => {}
                }
            }
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            for body in marked_values(&whole, schema, 6) {
                add(fill_ids(path), Some(body));
            }
        }
    }
    found
}

fn fill_ids(path: &str) -> String {
    let segment = |segment: &str| match segment {
        "{app_id}" => "shop".to_owned(),
        other if other.starts_with('{') => "one".to_owned(),
        other => other.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// Values of this schema, each with the mark as one of its texts or keys and without anything else.
fn marked_values(whole: &Value, schema: &Value, depth: u8) -> Vec<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        return marked_values(whole, whole.pointer(&reference[1..]).unwrap(), depth);
    }
    let Some(depth) = depth.checked_sub(1) else { return vec![json!(MARK)] };
    let parts = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
    let mut found: Vec<Value> = parts.flat_map(|part| marked_values(whole, part, depth)).collect();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        found.extend(marked_values(whole, property, depth).into_iter().map(|value| json!({ name: value })));
    }
    if schema["items"].is_object() {
        found.extend(marked_values(whole, &schema["items"], depth).into_iter().map(|value| json!([value])));
    }
    let is = |kind: &str| {
        schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.contains(&json!(kind)))
    };
    if is("string") {
        found.push(json!(MARK));
    }
    if is("object") && schema["properties"].is_null() {
        found.extend([json!({ MARK: 1 }), json!({ "key": [MARK] })]);
    }
    found
}

#[tokio::test]
async fn no_operation_of_the_json_apis_takes_it() {
    let app = TestApp::with(everything_editable()).await;
    let callers = Callers::admit(&app).await;
    let before = db_dump::all(&app).await;
    let attempts = attempts();
    assert!(attempts.len() > 200, "only {}", attempts.len());
    for Attempt { method, path, body } in attempts {
        for (in_url, in_json) in IN_URLS.into_iter().zip(IN_JSON) {
            let path = path.replace(MARK, in_url);
            let body = body.as_ref().map(|body| body.to_string().replace(MARK, in_json)).unwrap_or_default();
            let headers = [("content-type", "application/json")];
            // Faster than a second each they would be too many.
            app.clock.advance(1);
            let page = callers.of(&path).raw(&method, &path, &headers, body.clone()).await;
            assert_eq!(page.status, 400, "{method} {path} {body}: {}", page.html);
        }
    }
    assert_eq!(db_dump::changes(&before, &db_dump::all(&app).await), Vec::<String>::new());
}

#[tokio::test]
async fn no_page_takes_it() {
    let app = TestApp::with(everything_editable()).await;
    let client = CookieClient::new(&app).await;
    let csrf = client.browser.get("/forgot-password").await.value("csrf");
    let before = db_dump::all(&app).await;
    for route in ROUTES {
        for broken in IN_URLS {
            for method in ["GET", "POST", "DELETE"] {
                for path in
                    [format!("{}?first_screen={broken}", route.path), format!("{}{broken}", route.path)]
                {
                    let page = client.browser.raw(method, &path, &[], "").await;
                    assert_eq!(page.status, 400, "{method} {path}");
                }
            }
            let form = format!("csrf={csrf}&identifier={broken}&password={broken}&code={broken}");
            let page = client.browser.raw("POST", route.path, &[FORM], form).await;
            assert!(page.status != 200 && page.status < 500, "{}: {}", route.path, page.status);
        }
    }
    assert_eq!(db_dump::changes(&before, &db_dump::all(&app).await), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let app = TestApp::with(everything_editable()).await;
    let page = app.browser().get("/oidc/auth?client_id=shop&state=%00").await;
    page.shows_error(400, "malformed");
    let form = "client_id=shop&state=%00";
    app.browser().raw("POST", "/oidc/auth", &[FORM], form).await.shows_error(400, "malformed");
    let page = app.browser().without_fetch_metadata().raw("POST", "/oidc/token", &[FORM], form).await;
    assert_eq!(
        (page.status, body(&page)["error_description"].as_str().unwrap()),
        (400, "a parameter must be UTF-8 without U+0000")
    );
    let operator = api_client(&app, ROOT);
    let page = operator.get("/api/users?search=%00").await;
    assert_eq!(body(&page)["details"], "address: expected UTF-8 without U+0000", "{}", page.html);
    let new = r#"{"name":"Ada","customData":{"a":["\u0000"]}}"#;
    let page = operator.raw("POST", "/api/users", &[("content-type", "application/json")], new).await;
    assert_eq!(body(&page)["details"], "customData.a[0]: expected text without U+0000", "{}", page.html);
}

/// The parser decodes the texts of a query, after the body of the request was.
#[tokio::test]
async fn no_query_takes_it() {
    let app = TestApp::with(everything_editable()).await;
    let operator = api_client(&app, ROOT);
    let variables = "query($id: String!) { checkResetPasswordToken(requestId: $id, token: $id) }";
    let inline = r#"{ checkResetPasswordToken(requestId: "\u0000", token: "x") }"#;
    for (query, variables) in [(variables, json!({ "id": "\0" })), (inline, json!({}))] {
        let page = execute(&operator, query, variables).await;
        assert!(page.status == 400 && page.html.contains("U+0000"), "{} {}", page.status, page.html);
    }
    let surrogate = r#"{ checkResetPasswordToken(requestId: "\ud800", token: "x") }"#;
    assert_eq!(execute(&operator, surrogate, json!({})).await.status, 400);
    let form = "query=%7B%20me%20%7B%20id%20%7D%20%7D&operationName=%00";
    assert_eq!(operator.raw("POST", GRAPHQL, &[FORM], form).await.status, 400);
}
