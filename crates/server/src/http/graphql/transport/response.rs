//! GraphQL results as HTTP responses, with the errors that a client may see.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use async_graphql::{Pos, Request, ServerError, Value};
use serde::Serialize;
use serde_json::json;

use crate::http::graphql::authentication::GraphqlRequest;
use crate::http::graphql::execute::{ExecutionError, execute};
use crate::http::graphql::limits::InvalidQuery;
use crate::http::graphql::payload::INTERNAL;
use crate::http::graphql::transport::{bad_request, http_error, json_response};

/// The most errors in a response; a query can have as many as it has tokens.
const MAX_ERRORS: usize = 20;
/// The longest error message, in characters: the parser's messages quote the line.
const MAX_MESSAGE_LEN: usize = 1000;

/// The response body, errors first.
#[derive(Serialize)]
pub(super) struct ResponseBody {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Value>,
}

pub(super) async fn respond(request: GraphqlRequest, query: Request) -> HttpResponse {
    match execute(request, query).await {
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
