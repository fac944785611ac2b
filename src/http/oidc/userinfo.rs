//! The userinfo endpoint: claims about the token's user, limited by the token's scopes.

use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::api::ApiRequest;
use crate::http::oidc::error::{ErrorContext, error_response, fault_response};
use rekey_core::oidc::userinfo;
use rekey_core::types::error::oauth_error::ProtocolError;
use rekey_core::types::secret::Secret;

/// `GET` and `POST /oidc/me`. The token is accepted in the header only (ASVS 14.2.1).
pub async fn show(call: ApiRequest, request: HttpRequest) -> HttpResponse {
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
