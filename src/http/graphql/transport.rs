//! HTTP transport of GraphQL: authentication first, then the body, then the query. Statuses follow the API's
//! contract, not the GraphQL library. `data` is missing if nothing was executed, and an internal error
//! reveals no details.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use async_graphql::{Pos, Request, ServerError, Value, Variables};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::core::types::error::parse_error::strict_json::{self, JsonError};
use crate::http::api::{ApiRequest, MAX_BODY_BYTES};
use crate::http::graphql::authentication::{AuthError, GraphqlRequest};
use crate::http::graphql::execute::{ExecutionError, execute};
use crate::http::graphql::limits::InvalidQuery;
use crate::http::graphql::payload::{INTERNAL, to_graphql_error};
use crate::http::html::form::parse_bounded_fields;

/// The message for a body that cannot be parsed.
const MALFORMED: &str = "The body is not a GraphQL request";
/// The most errors in a response; a query can have as many as it has tokens.
const MAX_ERRORS: usize = 20;
/// The longest error message, in characters: the parser's messages quote the line.
const MAX_MESSAGE_LEN: usize = 1000;

/// The request body; other fields are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestBody {
    query: Option<String>,
    variables: Option<serde_json::Value>,
    operation_name: Option<String>,
}

/// The response body, errors first.
#[derive(Serialize)]
struct ResponseBody {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

/// `POST /graphql` and `POST /tenant`.
pub async fn execute_request(request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let Some(call) = ApiRequest::from_http_request(&request) else {
        return HttpResponse::InternalServerError().finish();
    };
    let asker = match GraphqlRequest::authenticate(&request, call).await {
        Ok(asker) => asker,
        Err(stranger) => return auth_error(&stranger),
    };
    let is_form = request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let body = match payload.to_bytes_limited(MAX_BODY_BYTES).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return http_error(StatusCode::BAD_REQUEST, "The body could not be read"),
        Err(_) => return http_error(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
    };
    match parse_request(&body, is_form) {
        Ok(asked) => respond(asker, asked).await,
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
            crate::core::types::error::Error::Refused(refusal) => {
                let mut answer = http_error(StatusCode::TOO_MANY_REQUESTS, "Too many tokens that nobody has");
                let wait = refusal.retry_after().unwrap_or(1);
                answer.headers_mut().insert(RETRY_AFTER, wait.into());
                answer
            }
            failure @ crate::core::types::error::Error::Failed(_) => {
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

/// Parses JSON and rejects duplicate keys.
fn parse_strict_json(text: &[u8]) -> Result<serde_json::Value, String> {
    strict_json::parse(text).map_err(|unreadable| match unreadable {
        JsonError::Syntax => MALFORMED.to_owned(),
        JsonError::DuplicateKey(problem) => problem,
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

async fn respond(asker: GraphqlRequest, request: Request) -> HttpResponse {
    match execute(asker, request).await {
        Ok(response) => graphql_response(&response.errors, response.data),
        Err(ExecutionError::Invalid(InvalidQuery::LimitExceeded(excess))) => bad_request(&excess.0),
        Err(ExecutionError::Invalid(InvalidQuery::Syntax(answer))) => {
            graphql_response(&[*answer], Value::Null)
        }
        Err(ExecutionError::TimedOut) => {
            let mut answer = http_error(StatusCode::SERVICE_UNAVAILABLE, "The query took too long");
            answer.headers_mut().insert(RETRY_AFTER, 5.into());
            answer
        }
        Err(ExecutionError::Failed) => http_error(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
    }
}

/// The response with the status of the contract.
fn graphql_response(errors: &[ServerError], data: Value) -> HttpResponse {
    let nothing = data == Value::Null && !errors.is_empty();
    let status = if !nothing {
        StatusCode::OK
    } else if errors.iter().any(is_internal) {
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        StatusCode::BAD_REQUEST
    };
    // Errors of operations have a code; errors that the library finds in a query precede execution.
    let was_executed = errors.iter().all(|error| error.extensions.is_some());
    let data = (!nothing || was_executed).then_some(data);
    json_response(
        status,
        ResponseBody { errors: errors.iter().take(MAX_ERRORS).map(error_to_json).collect(), data },
    )
}

fn is_internal(error: &ServerError) -> bool {
    let code = error.extensions.as_ref().and_then(|more| more.get("code"));
    code.is_some_and(|code| *code == Value::String(INTERNAL.to_owned()))
}

fn error_to_json(error: &ServerError) -> serde_json::Value {
    if is_internal(error) {
        return json!({ "message": error.message });
    }
    let place = |at: &Pos| json!({ "line": at.line, "column": at.column });
    let message: String = error.message.chars().take(MAX_MESSAGE_LEN).collect();
    let mut shown = json!({ "message": message });
    if let serde_json::Value::Object(fields) = &mut shown {
        if !error.locations.is_empty() {
            fields.insert("locations".to_owned(), error.locations.iter().map(place).collect());
        }
        if !error.path.is_empty() {
            fields.insert("path".to_owned(), json!(error.path));
        }
        if let Some(more) = &error.extensions {
            fields.insert("extensions".to_owned(), json!(more));
        }
    }
    shown
}
