//! The OAuth parameters of an authorization request, parsed after the app and its redirect URI are validated.
//! Parameters that choose the first page are read by the pages.

mod parse;

use serde::{Deserialize, Serialize};

pub use crate::oidc::authorization_request::parse::Prompt;
use crate::oidc::authorization_request::parse::{parse_challenge, parse_max_age, parse_resources};
use crate::oidc::params::Params;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::ids::UserId;
use crate::types::scope::Scope;
use crate::types::time::Timestamp;

/// The largest stored request, in bytes: anybody can have one stored, and no valid one comes close.
const MAX_STORED_BYTES: usize = 8 * 1024;

/// The known parameters; others are ignored, as RFC 6749 3.1 requires.
pub(super) const PARAMETERS: [&str; 20] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "resource",
    "prompt",
    "max_age",
    "id_token_hint",
    "login_hint",
    "ui_locales",
    "first_screen",
    "interaction_mode",
    "identifier",
    "organization_id",
    "one_time_token",
];

/// A request as it is stored, unless it is too long.
pub(super) fn to_stored(request: &impl Serialize) -> Result<String, ProtocolError> {
    let text = serde_json::to_string(request).ok().filter(|text| text.len() <= MAX_STORED_BYTES);
    text.ok_or(ProtocolError::invalid_request(
        "the request is longer than 8192 bytes: shorten state, nonce or id_token_hint",
    ))
}

/// A parsed request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizeParams {
    /// The redirect URI; an exact match of a registered one.
    pub redirect_uri: String,
    /// How parameters are returned to it.
    pub response_mode: ResponseMode,
    /// The app's state, returned unchanged.
    pub state: Option<String>,
    /// The nonce for the ID token.
    pub nonce: Option<String>,
    /// The S256 challenge of the code verifier (RFC 7636).
    pub code_challenge: Option<String>,
    /// The requested scopes.
    pub scope: Scope,
    /// The resources for access tokens.
    pub resources: Vec<String>,
    /// The prompts that are required or forbidden.
    pub prompt: Prompt,
    /// The maximum age of the sign-in, in seconds.
    pub max_age: Option<i64>,
    /// The user that the app expects, from an ID token hint.
    pub subject: Option<UserId>,
}

/// How the response reaches the redirect URI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// The query.
    #[default]
    Query,
    /// The fragment.
    Fragment,
    /// The body of a POST that the user's browser makes (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

/// The response mode; an unknown one cannot be used to report the error.
pub(super) fn parse_response_mode(
    params: &Params,
    redirect_uri: &str,
) -> Result<ResponseMode, ProtocolError> {
    match params.one("response_mode")? {
        None | Some("query") => Ok(ResponseMode::Query),
        Some("fragment") => Ok(ResponseMode::Fragment),
        Some("form_post") if is_web_address(redirect_uri) => Ok(ResponseMode::FormPost),
        Some("form_post") => Err(ProtocolError::invalid_request(
            "response_mode=form_post needs a redirect_uri of http or https: a form can't be posted elsewhere",
        )),
        Some(_) => Err(ProtocolError::invalid_request("response_mode must be query, fragment or form_post")),
    }
}

fn is_web_address(uri: &str) -> bool {
    url::Url::parse(uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// A request stored while its user signs in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuthorizationRequest {
    /// Its id, which is in the user's sealed cookie.
    pub id: String,
    /// The app.
    pub app_id: String,
    /// The parsed parameters, as JSON.
    pub asked: String,
    /// The user who gave consent on the consent page.
    pub consented_by: Option<UserId>,
    /// When it was created.
    pub created_at: Timestamp,
}

impl AuthorizeParams {
    /// Parses everything except the redirect URI, which was validated before: these errors are sent to the
    /// app.
    pub(super) fn from_params(params: &Params, redirect_uri: &str) -> Result<Self, ProtocolError> {
        if params.has_duplicates() {
            return Err(ProtocolError::invalid_request("a parameter is repeated"));
        }
        if params.one("request")?.is_some() {
            return Err(ProtocolError::new(
                OAuthError::RequestNotSupported,
                "request objects are not supported",
            ));
        }
        match params.required("response_type", "response_type is missing: send code")? {
            "code" => {}
            _ => {
                return Err(ProtocolError::new(
                    OAuthError::UnsupportedResponseType,
                    "response_type must be code",
                ));
            }
        }
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            response_mode: parse_response_mode(params, redirect_uri)?,
            state: params.one("state")?.map(str::to_owned),
            nonce: params.one("nonce")?.map(str::to_owned),
            code_challenge: parse_challenge(params)?,
            scope: Scope::parse(params.one("scope")?.unwrap_or_default()),
            resources: parse_resources(params)?,
            prompt: Prompt::parse(params.one("prompt")?.unwrap_or_default())?,
            max_age: parse_max_age(params)?,
            subject: None,
        })
    }
}
