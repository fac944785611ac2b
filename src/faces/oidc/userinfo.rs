//! Who the bearer's person is, as far as the token's scopes let the app know.

use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse};

use super::answer::{Telling, fault, refuse};
use crate::domain::oidc::userinfo;
use crate::faces::common::api::Call;
use crate::model::oidc::fault::Fault;
use crate::model::secret::Secret;

/// `GET` and `POST /oidc/me`. The token stands in the header and nowhere else (ASVS 14.2.1).
pub async fn show(call: Call, request: HttpRequest) -> HttpResponse {
    let telling = Telling { request_id: call.request_id.clone(), ..Telling::default() };
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = header.and_then(|text| text.split_once(' '));
    let Some((_, token)) = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        // Nothing was presented, so there is no error to name (RFC 6750 3.1).
        let mut answer = fault(&telling, &Fault::token());
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return answer;
    };
    match userinfo::look(&call.app.rekey, &call.caller, &Secret::from(token.trim())).await {
        Ok(claims) => HttpResponse::Ok().json(claims),
        Err(error) => refuse(&telling, &error),
    }
}
