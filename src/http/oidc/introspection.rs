//! Token revocation (RFC 7009) and introspection (RFC 7662).

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};

use crate::http::oidc::client_request::ClientRequest;
use rekey_core::oidc::token::introspection;
use rekey_core::types::error::Result;
use rekey_core::types::error::oauth_error::ProtocolError;
use rekey_core::types::secret::Secret;

/// `POST /oidc/token/revocation`: 200 whether or not the token was valid.
pub async fn revoke(asked: ClientRequest) -> HttpResponse {
    match try_revoke(&asked).await {
        Ok(()) => HttpResponse::Ok().json(json!({})),
        Err(error) => asked.error_response(&error),
    }
}

async fn try_revoke(asked: &ClientRequest) -> Result<()> {
    let app = asked.authenticate_client()?;
    introspection::revoke(asked.call.context(), &app, &read_token(asked)?).await
}

fn read_token(asked: &ClientRequest) -> Result<Secret, ProtocolError> {
    asked.params.required("token", "token is missing").map(Secret::from)
}

/// `POST /oidc/token/introspection`.
pub async fn introspect(asked: ClientRequest) -> HttpResponse {
    match try_introspect(&asked).await {
        Ok(Some(mut said)) => {
            said.insert("active".to_owned(), Value::Bool(true));
            HttpResponse::Ok().json(said)
        }
        Ok(None) => HttpResponse::Ok().json(json!({ "active": false })),
        Err(error) => asked.error_response(&error),
    }
}

/// Clients without a secret may not introspect: anyone could claim to be one.
async fn try_introspect(asked: &ClientRequest) -> Result<Option<Map<String, Value>>> {
    let app = asked.authenticate_client()?;
    if app.is_public() {
        Err(ProtocolError::invalid_client().into())
    } else {
        introspection::introspect(&asked.call.app.core, &app, &read_token(asked)?).await
    }
}
