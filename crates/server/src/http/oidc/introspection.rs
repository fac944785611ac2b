//! Token revocation (RFC 7009), introspection (RFC 7662), and what an access token may learn of its user.

use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

use crate::http::api::ApiRequest;
use crate::http::oidc::client_request::ClientRequest;
use crate::http::oidc::error::{ErrorContext, error_response, fault_response};
use rekey_core::oidc::token::introspection;
use rekey_core::oidc::userinfo;
use rekey_core::types::error::Result;
use rekey_core::types::error::oauth_error::ProtocolError;
use rekey_core::types::secret::Secret;

/// `POST /oidc/token/revocation`: 200 whether or not the token was valid.
pub async fn revoke(request: ClientRequest) -> HttpResponse {
    match try_revoke(&request).await {
        Ok(()) => HttpResponse::Ok().json(json!({})),
        Err(error) => request.error_response(&error),
    }
}

async fn try_revoke(request: &ClientRequest) -> Result<()> {
    let app = request.authenticate_client().await?;
    introspection::revoke(request.call.context(), &app, &read_token(request)?).await
}

fn read_token(request: &ClientRequest) -> Result<Secret, ProtocolError> {
    request.params.required("token", "token is missing").map(Secret::from)
}

/// `POST /oidc/token/introspection`.
pub async fn introspect(request: ClientRequest) -> HttpResponse {
    match try_introspect(&request).await {
        Ok(Some(mut claims)) => {
            claims.insert("active".to_owned(), Value::Bool(true));
            HttpResponse::Ok().json(claims)
        }
        Ok(None) => HttpResponse::Ok().json(json!({ "active": false })),
        Err(error) => request.error_response(&error),
    }
}

/// Clients without a secret may not introspect: anyone could claim to be one.
async fn try_introspect(request: &ClientRequest) -> Result<Option<Map<String, Value>>> {
    let app = request.authenticate_client().await?;
    if app.is_public() {
        Err(ProtocolError::invalid_client().into())
    } else {
        introspection::introspect(&request.call.app.core, &app, &read_token(request)?).await
    }
}

/// `GET` and `POST /oidc/me`. The token is accepted in the header only (ASVS 14.2.1).
pub async fn show_userinfo(call: ApiRequest, request: HttpRequest) -> HttpResponse {
    let telling = ErrorContext::default();
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = header.and_then(|text| text.split_once(' '));
    let Some((_, token)) = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        // No token was sent, so the response names no error (RFC 6750 3.1).
        let mut answer = fault_response(&telling, &ProtocolError::invalid_token());
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return answer;
    };
    match userinfo::load_claims(call.context(), &Secret::from(token.trim())).await {
        Ok(claims) => HttpResponse::Ok().json(claims),
        Err(error) => error_response(&telling, &error),
    }
}
