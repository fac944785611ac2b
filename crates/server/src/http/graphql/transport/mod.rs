//! HTTP transport of GraphQL: authentication first, then the body, then the query. Statuses follow the API's
//! contract, not the GraphQL library. `data` is missing if nothing was executed, and an internal error
//! reveals no details.

mod response;

use actix_web::HttpMessage as _;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::{Request, Variables};
use serde::Deserialize;
use serde_json::json;

use crate::http::api::{ApiRequest, MAX_BODY_BYTES};
use crate::http::graphql::authentication::{AuthError, GraphqlRequest};
use crate::http::graphql::payload::to_graphql_error;
use crate::http::graphql::transport::response::{ResponseBody, respond};
use crate::http::html::form::parse_bounded_fields;
use rekey_core::types::error::parse_error::strict_json::{self, JsonError};

/// The message for a body that cannot be parsed.
const MALFORMED: &str = "The body is not a GraphQL request";

/// The request body; other fields are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestBody {
    query: Option<String>,
    variables: Option<serde_json::Value>,
    operation_name: Option<String>,
}

/// `POST /graphql` and `POST /tenant`.
pub async fn execute_request(http_request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let Some(call) = ApiRequest::from_http_request(&http_request) else {
        return HttpResponse::InternalServerError().finish();
    };
    let request = match GraphqlRequest::authenticate(&http_request, call).await {
        Ok(request) => request,
        Err(stranger) => return auth_error(&stranger),
    };
    let is_form = http_request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let body = match payload.to_bytes_limited(MAX_BODY_BYTES).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return http_error(StatusCode::BAD_REQUEST, "The body could not be read"),
        Err(_) => return http_error(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
    };
    match parse_request(&body, is_form) {
        Ok(query) => respond(request, query).await,
        Err(problem) => bad_request(&problem),
    }
}

/// Any other method: nothing is executed on a GET, which scanners and prefetching browsers send.
pub async fn method_not_allowed() -> HttpResponse {
    let mut answer = http_error(StatusCode::METHOD_NOT_ALLOWED, "Only POST is allowed");
    answer.headers_mut().insert(ALLOW, actix_web::http::header::HeaderValue::from_static("POST"));
    answer
}

/// The response if authentication fails: the same whatever the body holds.
fn auth_error(stranger: &AuthError) -> HttpResponse {
    let unauthorized = |message| {
        let mut answer = http_error(StatusCode::UNAUTHORIZED, message);
        let scheme = actix_web::http::header::HeaderValue::from_static("Bearer");
        answer.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        answer
    };
    match stranger {
        AuthError::Missing => unauthorized("Authentication required"),
        AuthError::Malformed => unauthorized("Authorization failure: invalid Authorization header format"),
        AuthError::Unknown => unauthorized("Authorization failure: API key was not found"),
        AuthError::Failed(error) => match error {
            rekey_core::types::error::Error::Refused(refusal) => {
                let mut answer = http_error(StatusCode::TOO_MANY_REQUESTS, "Too many tokens that nobody has");
                let wait = refusal.retry_after().unwrap_or(1);
                answer.headers_mut().insert(RETRY_AFTER, wait.into());
                answer
            }
            failure @ rekey_core::types::error::Error::Failed(_) => {
                http_error(StatusCode::INTERNAL_SERVER_ERROR, &to_graphql_error(failure).message)
            }
        },
    }
}

/// An error before the query is executed.
fn http_error(status: StatusCode, message: &str) -> HttpResponse {
    let error = json!({ "code": status.as_u16(), "message": message });
    json_response(status, ResponseBody { errors: vec![error], data: None })
}

fn bad_request(problem: &str) -> HttpResponse {
    let error = json!({ "message": problem });
    json_response(StatusCode::BAD_REQUEST, ResponseBody { errors: vec![error], data: None })
}

fn json_response(status: StatusCode, body: ResponseBody) -> HttpResponse {
    HttpResponse::build(status).insert_header((CONTENT_TYPE, "application/json")).json(body)
}

fn parse_request(body: &[u8], is_form: bool) -> Result<Request, String> {
    let sent = if is_form { parse_form_body(body)? } else { parse_json_body(body)? };
    let query = sent.query.filter(|query| !query.trim().is_empty()).ok_or("Missing request query")?;
    let mut request = Request::new(query);
    request.operation_name = sent.operation_name.filter(|name| !name.is_empty());
    match sent.variables {
        None | Some(serde_json::Value::Null) => {}
        Some(given @ serde_json::Value::Object(_)) => request.variables = Variables::from_json(given),
        Some(_) => return Err("Variables must be an object".to_owned()),
    }
    Ok(request)
}

fn parse_json_body(body: &[u8]) -> Result<RequestBody, String> {
    serde_json::from_value(parse_strict_json(body)?).map_err(|_| MALFORMED.to_owned())
}

/// Parses JSON and rejects duplicate keys and text with U+0000.
fn parse_strict_json(text: &[u8]) -> Result<serde_json::Value, String> {
    strict_json::parse(text).map_err(|unreadable| match unreadable {
        JsonError::Syntax => MALFORMED.to_owned(),
        JsonError::DuplicateKey(problem) | JsonError::NullCharacter(problem) => problem,
    })
}

/// Parses the same three fields from a form, where the variables are JSON text.
fn parse_form_body(body: &[u8]) -> Result<RequestBody, String> {
    let mut fields = parse_bounded_fields(body).map_err(|_| MALFORMED)?;
    let mut take = |name: &str| {
        let at = fields.iter().position(|(known, _)| known == name)?;
        Some(fields.swap_remove(at).1)
    };
    let query = take("query");
    let variables = take("variables");
    let operation_name = take("operationName");
    let variables = variables.map(|text| parse_strict_json(text.as_bytes())).transpose()?;
    Ok(RequestBody { query, variables, operation_name })
}
