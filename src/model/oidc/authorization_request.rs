//! What an app asked for on behalf of a person, read from its parameters once the app and its redirect are
//! known. It holds the protocol's part; which screen comes first is read where screens are known.

use serde::{Deserialize, Serialize};

use super::oauth_error::{OAuthError, ProtocolError};
use super::params::Params;
use super::scope::Scope;
use crate::model::ids::UserId;
use crate::model::time::Timestamp;

/// The oldest sign-in that can be asked for, in seconds: a year.
const MAX_AGE_SECONDS: i64 = 365 * 24 * 3600;

/// The most that is kept of a request, in bytes: strangers can have it written, and no right one comes near.
const MAX_STORED_BYTES: usize = 8 * 1024;

/// The parameters that mean something here; RFC 6749 3.1 has every other one ignored.
pub const PARAMETERS: [&str; 20] = [
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

/// A request as it is kept, unless it is longer than anybody needs.
pub fn to_stored(request: &impl Serialize) -> Result<String, ProtocolError> {
    let text = serde_json::to_string(request).ok().filter(|text| text.len() <= MAX_STORED_BYTES);
    text.ok_or(ProtocolError::invalid_request(
        "the request is longer than 8192 bytes: shorten state, nonce or id_token_hint",
    ))
}

/// A request that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizeParams {
    /// Where the answer goes; registered, exactly.
    pub redirect_uri: String,
    /// In which part of that address.
    pub response_mode: ResponseMode,
    /// What the app gets back unread.
    pub state: Option<String>,
    /// What the ID token repeats.
    pub nonce: Option<String>,
    /// SHA-256 of the secret that the code's bearer must know (RFC 7636).
    pub code_challenge: Option<String>,
    /// What it wants to learn or do.
    pub scope: Scope,
    /// For whom access tokens are meant.
    pub resources: Vec<String>,
    /// What the person must be asked.
    pub prompt: Prompt,
    /// How long ago the person may have signed in, in seconds.
    pub max_age: Option<i64>,
    /// Who it must be, when the app said so by an ID token.
    pub subject: Option<UserId>,
}

/// In which part of the redirect address the answer stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// After the question mark.
    #[default]
    Query,
    /// After the hash.
    Fragment,
}

/// What `prompt` says, and what follows from a first screen that is not sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Nobody may be asked anything.
    pub none: bool,
    /// The person signs in again, whoever is here.
    pub login: bool,
    /// The person is asked to agree again.
    pub consent: bool,
}

/// A request as it is kept while its person is on the way.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AuthorizationRequest {
    /// Its id; the person's sealed cookie names it.
    pub id: String,
    /// The app.
    pub app_id: String,
    /// What was asked, as JSON.
    pub asked: String,
    /// Who agreed to it on the consent page.
    pub consented_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl AuthorizeParams {
    /// Reads everything but the redirect, which was proven before: what is wrong in here is told to the app.
    pub fn from_params(params: &Params, redirect_uri: &str) -> Result<Self, ProtocolError> {
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
            response_mode: parse_response_mode(params)?,
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

/// In which part of the address an answer goes; what is unknown can't be answered in that way.
pub fn parse_response_mode(params: &Params) -> Result<ResponseMode, ProtocolError> {
    match params.one("response_mode")? {
        None | Some("query") => Ok(ResponseMode::Query),
        Some("fragment") => Ok(ResponseMode::Fragment),
        Some(_) => Err(ProtocolError::invalid_request("response_mode must be query or fragment")),
    }
}

/// S256 alone: `plain` would put the secret itself into the address (RFC 9700 2.1.1).
fn parse_challenge(params: &Params) -> Result<Option<String>, ProtocolError> {
    let method = params.one("code_challenge_method")?;
    let Some(challenge) = params.one("code_challenge")? else {
        return match method {
            None => Ok(None),
            Some(_) => {
                Err(ProtocolError::invalid_request("code_challenge is missing beside code_challenge_method"))
            }
        };
    };
    if method != Some("S256") {
        return Err(ProtocolError::invalid_request("code_challenge_method must be S256"));
    }
    let is_digest = challenge.len() == 43
        && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    match is_digest {
        true => Ok(Some(challenge.to_owned())),
        false => Err(ProtocolError::invalid_request("code_challenge must be 43 characters of base64url")),
    }
}

fn parse_resources(params: &Params) -> Result<Vec<String>, ProtocolError> {
    let wanted = params.resources();
    let fits =
        |uri: &String| url::Url::parse(uri).is_ok_and(|url| url.fragment().is_none()) && uri.len() <= 500;
    match wanted.len() <= 10 && wanted.iter().all(fits) {
        true => Ok(wanted),
        false => Err(ProtocolError::new(
            OAuthError::InvalidTarget,
            "resource must be an absolute URI without fragment",
        )),
    }
}

fn parse_max_age(params: &Params) -> Result<Option<i64>, ProtocolError> {
    let Some(text) = params.one("max_age")? else { return Ok(None) };
    let age = text.parse().ok().filter(|age| (0..=MAX_AGE_SECONDS).contains(age));
    age.map(Some)
        .ok_or(ProtocolError::invalid_request("max_age must be a number of seconds from 0 to a year"))
}

impl Prompt {
    /// Reads the words of `prompt`.
    pub fn parse(text: &str) -> Result<Self, ProtocolError> {
        let mut prompt = Self::default();
        for word in text.split_ascii_whitespace() {
            match word {
                "none" => prompt.none = true,
                // Another account, or a new one: both begin with nobody being here.
                "login" | "select_account" | "create" => prompt.login = true,
                "consent" => prompt.consent = true,
                _ => {
                    return Err(ProtocolError::invalid_request(
                        "prompt must be none, or of login, consent, select_account, create",
                    ));
                }
            }
        }
        match prompt.none && (prompt.login || prompt.consent) {
            true => Err(ProtocolError::invalid_request("prompt=none can not stand beside other values")),
            false => Ok(prompt),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AuthorizeParams, Prompt, ResponseMode};
    use crate::model::oidc::oauth_error::OAuthError;
    use crate::model::oidc::params::Params;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn read(text: &str) -> Result<AuthorizeParams, OAuthError> {
        let params = Params::parse(text.as_bytes()).unwrap();
        AuthorizeParams::from_params(&params, "https://app.example/cb").map_err(|fault| fault.error)
    }

    #[test]
    fn a_whole_request_is_read() {
        let text = format!(
            "response_type=code&scope=openid+email&state=s&nonce=n&code_challenge={CHALLENGE}&code_challenge_method=S256\
             &prompt=login+consent&max_age=60&resource=https://api.example&response_mode=fragment"
        );
        let asked = read(&text).unwrap();
        assert_eq!(asked.prompt, Prompt { none: false, login: true, consent: true });
        assert_eq!((asked.max_age, asked.response_mode), (Some(60), ResponseMode::Fragment));
        assert_eq!(asked.code_challenge.as_deref(), Some(CHALLENGE));
    }

    #[test]
    fn what_is_not_of_the_protocol_is_refused() {
        let base = "response_type=code";
        for (text, error) in [
            ("scope=openid", OAuthError::InvalidRequest),
            ("response_type=token", OAuthError::UnsupportedResponseType),
            ("response_type=code+id_token", OAuthError::UnsupportedResponseType),
            ("response_type=code&response_type=code", OAuthError::InvalidRequest),
        ] {
            assert_eq!(read(text).unwrap_err(), error, "{text}");
        }
        for rest in [
            "request=eyJ",
            "prompt=none+login",
            "prompt=maybe",
            "max_age=-1",
            "max_age=x",
            "response_mode=form_post",
            "resource=relative",
            "resource=https://api.example/%23x#y",
            "code_challenge=short&code_challenge_method=S256",
            &format!("code_challenge={CHALLENGE}"),
            &format!("code_challenge={CHALLENGE}&code_challenge_method=plain"),
            "code_challenge_method=S256",
            "state=a&state=b",
        ] {
            assert!(read(&format!("{base}&{rest}")).is_err(), "{rest}");
        }
    }
}
