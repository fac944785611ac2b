//! Token revocation (RFC 7009), introspection (RFC 7662), and what an access token may learn of its user.

use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use crate::http::api::ApiRequest;
use crate::http::html::form::parse_bounded_fields;
use crate::http::oidc::client_request::{ClientRequest, MAX_BODY_BYTES};
use crate::http::oidc::error::{ErrorContext, error_response, fault_response};
use rekey_core::oidc::token::introspection;
use rekey_core::oidc::userinfo;
use rekey_core::types::error::Result;
use rekey_core::types::error::oauth_error::{OAuthError, ProtocolError};
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

/// `GET` and `POST /oidc/me`. The token is in the header, or in the form of a POST (RFC 6750 2.2); never in
/// the query, which is logged (ASVS 14.2.1).
pub async fn show_userinfo(call: ApiRequest, request: HttpRequest, body: web::Payload) -> HttpResponse {
    const NO_TOKEN: ProtocolError = ProtocolError::new(
        OAuthError::InvalidToken,
        "no access token was sent: send it as Authorization: Bearer, or as access_token of a form",
    );
    let telling = ErrorContext::default();
    let sent = match read_form_token(&request, body).await {
        Ok(in_form) => (read_header_token(&request), in_form),
        Err(fault) => return fault_response(&telling, &fault),
    };
    let token = match sent {
        (Some(_), Some(_)) => {
            let twice = ProtocolError::invalid_request("send the access token once");
            return fault_response(&telling, &twice);
        }
        (Some(token), None) | (None, Some(token)) => token,
        (None, None) => {
            // No token was sent, so the challenge names no error (RFC 6750 3.1).
            let mut answer = fault_response(&telling, &NO_TOKEN);
            answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            return answer;
        }
    };
    match userinfo::load_claims(call.context(), &token).await {
        Ok(claims) => HttpResponse::Ok().json(claims),
        Err(error) => error_response(&telling, &error),
    }
}

fn read_header_token(request: &HttpRequest) -> Option<Secret> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::from(token.trim()))
}

async fn read_form_token(request: &HttpRequest, body: web::Payload) -> Result<Option<Secret>, ProtocolError> {
    const UNREADABLE: ProtocolError = ProtocolError::invalid_request("the form can not be read");
    let is_form = request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if request.method() != Method::POST || !is_form {
        return Ok(None);
    }
    let Ok(Ok(body)) = body.to_bytes_limited(MAX_BODY_BYTES).await else { return Err(UNREADABLE) };
    let fields = parse_bounded_fields(&body).map_err(|_| UNREADABLE)?;
    let token = fields.into_iter().find(|(name, value)| name == "access_token" && !value.is_empty());
    Ok(token.map(|(_, value)| Secret::new(value)))
}
