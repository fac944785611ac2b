//! Requests in, answers out: the bearer first, then the body, then the query. Statuses are those of the contract and not those of the
//! GraphQL library. The surprise: `data` is missing where nothing was executed, and a failure of ours says only that it happened.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use async_graphql::{Pos, Request, ServerError, Value, Variables};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::execute::{Unexecuted, execute};
use super::limits::Unfit;
use super::who::{Asker, Stranger};
use super::wire::{INTERNAL, failed};
use crate::faces::common::api::{Call, LARGEST};
use crate::faces::common::form::bounded_fields;
use crate::model::complaint::strict::{self, Unreadable};

/// What is told of a body that can't be read.
const MALFORMED: &str = "The body is not a GraphQL request";
/// The most errors that are told; a query can be wrong in as many ways as it has words.
const MOST_ERRORS: usize = 20;
/// The longest message of an error, in characters: those of the parser repeat the line that they speak of.
const LONGEST_MESSAGE: usize = 1000;

/// What is sent; what else is in it is not looked at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    query: Option<String>,
    variables: Option<serde_json::Value>,
    operation_name: Option<String>,
}

/// What is answered; errors stand first.
#[derive(Serialize)]
struct Said {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

/// `POST /graphql` and `POST /tenant`.
pub async fn answer(request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let Some(call) = Call::of(&request) else { return HttpResponse::InternalServerError().finish() };
    let asker = match Asker::of(&request, call).await {
        Ok(asker) => asker,
        Err((stranger, call)) => return stopped(&call, &stranger),
    };
    let is_form = request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let body = match payload.to_bytes_limited(LARGEST).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return plain(StatusCode::BAD_REQUEST, "The body could not be read"),
        Err(_) => return plain(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
    };
    match read(&body, is_form) {
        Ok(asked) => respond(asker, asked).await,
        Err(problem) => wrong(&problem),
    }
}

/// Any other method: nothing is executed on a GET, which scanners and prefetching browsers send.
pub async fn only_post() -> HttpResponse {
    let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, "Only POST is allowed");
    answer.headers_mut().insert(ALLOW, actix_web::http::header::HeaderValue::from_static("POST"));
    answer
}

/// Nobody is known: the same shape, whatever the body would have said.
fn stopped(call: &Call, stranger: &Stranger) -> HttpResponse {
    let unauthorized = |message| {
        let mut answer = plain(StatusCode::UNAUTHORIZED, message);
        let scheme = actix_web::http::header::HeaderValue::from_static("Bearer");
        answer.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        answer
    };
    match stranger {
        Stranger::Nameless => unauthorized("Authentication required"),
        Stranger::Malformed => unauthorized("Authorization failure: invalid Authorization header format"),
        Stranger::Unknown => unauthorized("Authorization failure: API key was not found"),
        Stranger::Failed(error) => match error {
            crate::model::error::Error::Refused(refusal) => {
                let mut answer = plain(StatusCode::TOO_MANY_REQUESTS, "Too many tokens that nobody has");
                let wait = refusal.retry_after().unwrap_or(1);
                answer.headers_mut().insert(RETRY_AFTER, wait.into());
                answer
            }
            failure @ crate::model::error::Error::Failed(_) => {
                plain(StatusCode::INTERNAL_SERVER_ERROR, &failed(call, failure).message)
            }
        },
    }
}

/// An error before GraphQL begins.
fn plain(status: StatusCode, message: &str) -> HttpResponse {
    let error = json!({ "code": status.as_u16(), "message": message });
    said(status, Said { errors: vec![error], data: None })
}

fn wrong(problem: &str) -> HttpResponse {
    let error = json!({ "message": problem });
    said(StatusCode::BAD_REQUEST, Said { errors: vec![error], data: None })
}

fn said(status: StatusCode, body: Said) -> HttpResponse {
    HttpResponse::build(status).insert_header((CONTENT_TYPE, "application/json")).json(body)
}

fn read(body: &[u8], is_form: bool) -> Result<Request, String> {
    let sent = if is_form { form(body)? } else { json_body(body)? };
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

fn json_body(body: &[u8]) -> Result<Sent, String> {
    serde_json::from_value(once(body)?).map_err(|_| MALFORMED.to_owned())
}

/// JSON in which every key comes once.
fn once(text: &[u8]) -> Result<serde_json::Value, String> {
    strict::parse(text).map_err(|unreadable| match unreadable {
        Unreadable::Syntax => MALFORMED.to_owned(),
        Unreadable::Twice(problem) => problem,
    })
}

/// The same three as a form, where variables are a text of JSON.
fn form(body: &[u8]) -> Result<Sent, String> {
    let mut fields = bounded_fields(body).map_err(|_| MALFORMED)?;
    let mut take = |name: &str| {
        let at = fields.iter().position(|(known, _)| known == name)?;
        Some(fields.swap_remove(at).1)
    };
    let (query, variables, operation_name) = (take("query"), take("variables"), take("operationName"));
    let variables = variables.map(|text| once(text.as_bytes())).transpose()?;
    Ok(Sent { query, variables, operation_name })
}

async fn respond(asker: Asker, request: Request) -> HttpResponse {
    match execute(asker, request).await {
        Ok(response) => told(&response.errors, response.data),
        Err(Unexecuted::Unfit(Unfit::Excess(excess))) => wrong(&excess.0),
        Err(Unexecuted::Unfit(Unfit::Syntax(error))) => told(&[*error], Value::Null),
        Err(Unexecuted::Late) => {
            let mut answer = plain(StatusCode::SERVICE_UNAVAILABLE, "The query took too long");
            answer.headers_mut().insert(RETRY_AFTER, 5.into());
            answer
        }
        Err(Unexecuted::Failed) => plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
    }
}

/// The answer with the status of the contract.
fn told(errors: &[ServerError], data: Value) -> HttpResponse {
    let nothing = data == Value::Null && !errors.is_empty();
    let status = match nothing {
        false => StatusCode::OK,
        true if errors.iter().any(is_internal) => StatusCode::INTERNAL_SERVER_ERROR,
        true => StatusCode::BAD_REQUEST,
    };
    // What an operation says itself has a code; what the library says of a query was found before.
    let was_executed = errors.iter().all(|error| error.extensions.is_some());
    let data = (!nothing || was_executed).then_some(data);
    said(status, Said { errors: errors.iter().take(MOST_ERRORS).map(shown).collect(), data })
}

fn is_internal(error: &ServerError) -> bool {
    let code = error.extensions.as_ref().and_then(|more| more.get("code"));
    code.is_some_and(|code| *code == Value::String(INTERNAL.to_owned()))
}

fn shown(error: &ServerError) -> serde_json::Value {
    if is_internal(error) {
        return json!({ "message": error.message });
    }
    let place = |at: &Pos| json!({ "line": at.line, "column": at.column });
    let message: String = error.message.chars().take(LONGEST_MESSAGE).collect();
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
