//! Reads the bearer token of a request as text; each API validates it itself.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;

use crate::http::api::ApiError;

/// The token after `Bearer` in the header, or an error that says what is wrong with the header.
pub fn bearer_token(request: &HttpRequest) -> Result<&str, ApiError> {
    let header = request.headers().get(AUTHORIZATION);
    let header = header.ok_or(unauthorized("auth.authorization_header_missing"))?;
    let text = header.to_str().map_err(|_| unauthorized("auth.unauthorized"))?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(unauthorized("auth.authorization_token_type_not_supported")),
    }
}

/// 401 with this code.
pub const fn unauthorized(code: &'static str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, code)
}
