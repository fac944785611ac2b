//! The token endpoint, which exchanges codes, refresh tokens and client credentials for tokens, and the
//! endpoint for pushed authorization requests.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use crate::http::oidc::client_request::ClientRequest;
use rekey_core::oidc::authorize::{self, PUSHED_TTL_SECONDS};
use rekey_core::oidc::params::Params;
use rekey_core::oidc::token::issuance::TokenResponse;
use rekey_core::oidc::token::{self, CodeExchange, GrantOrigin, RefreshRequest};
use rekey_core::types::error::Result;
use rekey_core::types::error::oauth_error::{OAuthError, ProtocolError};
use rekey_core::types::scope::Scope;
use rekey_core::types::secret::Secret;

/// `POST /oidc/token`.
pub async fn issue(request: ClientRequest) -> HttpResponse {
    match try_issue(&request).await {
        Ok(issued) => with_no_store(HttpResponse::Ok().json(token_response_body(&issued))),
        Err(error) => request.error_response(&error),
    }
}

async fn try_issue(request: &ClientRequest) -> Result<TokenResponse> {
    let app = &request.authenticate_client().await?;
    let params = &request.params;
    let context = request.call.context();
    match params.required("grant_type", "grant_type is missing")? {
        "authorization_code" => token::exchange_code(context, app, &parse_code_exchange(params)?).await,
        "refresh_token" => token::exchange_refresh_token(context, app, &parse_refresh_request(params)?).await,
        "client_credentials" => {
            let scope = Scope::parse(params.one("scope")?.unwrap_or_default());
            token::issue_for_client(context, app, parse_resource(params)?.as_deref(), &scope).await
        }
        _ => Err(ProtocolError::new(OAuthError::UnsupportedGrantType, "grant_type is not supported").into()),
    }
}

fn parse_code_exchange(params: &Params) -> Result<CodeExchange, ProtocolError> {
    Ok(CodeExchange {
        code: Secret::from(params.required("code", "code is missing")?),
        redirect_uri: params.required("redirect_uri", "redirect_uri is missing")?.to_owned(),
        verifier: params.one("code_verifier")?.map(Secret::from),
        resource: parse_resource(params)?,
    })
}

fn parse_refresh_request(params: &Params) -> Result<RefreshRequest, ProtocolError> {
    Ok(RefreshRequest {
        kind: GrantOrigin::Protocol,
        token: Secret::from(params.required("refresh_token", "refresh_token is missing")?),
        resource: parse_resource(params)?,
        scope: params.one("scope")?.map(Scope::parse),
    })
}

/// A token is for one resource.
fn parse_resource(params: &Params) -> Result<Option<String>, ProtocolError> {
    let mut wanted = params.resources().into_iter();
    match (wanted.next(), wanted.next()) {
        (_, Some(_)) => Err(ProtocolError::new(OAuthError::InvalidTarget, "a token is for one resource")),
        (first, None) => Ok(first),
    }
}

fn token_response_body(issued: &TokenResponse) -> Map<String, Value> {
    let text = |secret: &Secret| json!(secret.expose());
    let pairs = [
        ("access_token", Some(text(&issued.access_token))),
        ("token_type", Some(json!("Bearer"))),
        ("expires_in", Some(json!(issued.expires_in))),
        ("scope", Some(json!(issued.scope.text())).filter(|_| !issued.scope.is_empty())),
        ("id_token", issued.id_token.as_ref().map(text)),
        ("refresh_token", issued.refresh_token.as_ref().map(text)),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// RFC 6749 5.1 requires both headers; `Cache-Control` is set on every response anyway.
fn with_no_store(mut answer: HttpResponse) -> HttpResponse {
    answer.headers_mut().insert(HeaderName::from_static("pragma"), HeaderValue::from_static("no-cache"));
    answer
}

/// `POST /oidc/request` (RFC 9126).
pub async fn push(request: ClientRequest) -> HttpResponse {
    match try_push(&request).await {
        Ok(reference) => with_no_store(
            HttpResponse::Created()
                .json(json!({ "request_uri": reference, "expires_in": PUSHED_TTL_SECONDS })),
        ),
        Err(error) => request.error_response(&error),
    }
}

async fn try_push(request: &ClientRequest) -> Result<String> {
    let app = request.authenticate_client().await?;
    let call = &request.call;
    authorize::push(call.context(), &app, &request.params.without(&["client_secret"])).await
}
