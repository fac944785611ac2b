//! The discovery document, for clients that configure themselves, and the public keys.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use crate::http::api::ApiRequest;
use rekey_adapters::i18n::Lang;
use rekey_core::oidc::issuer;
use rekey_core::oidc::signing_keys::{JWKS_TTL_SECONDS, wait_for_key};
use rekey_core::types::scope::KNOWN;
use rekey_core::types::signing_alg::SigningAlg;

/// How long the key set waits for the first RSA key.
const JWKS_MAX_WAIT: Duration = Duration::from_secs(5);
/// The client authentication methods.
const AUTH_METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];
/// The methods of confidential clients.
const CONFIDENTIAL_AUTH_METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// The claims that ID tokens and `/oidc/me` may have.
const CLAIMS: [&str; 31] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "at_hash",
    "sid",
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "username",
    "created_at",
    "address",
    "custom_data",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
];

/// `GET /oidc/.well-known/openid-configuration` and `…/oauth-authorization-server`.
pub async fn show(call: ApiRequest) -> HttpResponse {
    let issuer = issuer(&call.app.core);
    let at = |path: &str| format!("{issuer}{path}");
    with_cache_control(&mut HttpResponse::Ok()).json(json!({
        "issuer": issuer,
        "authorization_endpoint": at("/auth"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/me"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/session/end"),
        "revocation_endpoint": at("/token/revocation"),
        "introspection_endpoint": at("/token/introspection"),
        "pushed_authorization_request_endpoint": at("/request"),
        "require_pushed_authorization_requests": false,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": KNOWN,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": SigningAlg::ALL.map(SigningAlg::name),
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "introspection_endpoint_auth_methods_supported": CONFIDENTIAL_AUTH_METHODS,
        "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
        "claims_supported": CLAIMS,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "ui_locales_supported": Lang::ALL.map(Lang::tag),
    }))
}

/// `GET /oidc/jwks`. A set that lacks the RSA key, which is still being made, is not cached.
pub async fn show_jwks(call: ApiRequest) -> HttpResponse {
    let is_complete = wait_for_key(&call.app.core, SigningAlg::default(), JWKS_MAX_WAIT).await;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, "application/jwk-set+json"));
    if is_complete {
        with_cache_control(&mut answer);
    } else {
        answer.insert_header((CACHE_CONTROL, "no-store"));
    }
    answer.body(call.app.core.snapshot().jwks().to_owned())
}

/// Cached for less time than a new key is published before it signs.
fn with_cache_control(answer: &mut actix_web::HttpResponseBuilder) -> &mut actix_web::HttpResponseBuilder {
    answer.insert_header((CACHE_CONTROL, format!("public, max-age={JWKS_TTL_SECONDS}")))
}
