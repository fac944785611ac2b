//! How the parameters of an authorization request are read.

use serde::{Deserialize, Serialize};

use crate::oidc::params::Params;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};

/// The largest `max_age` that is honoured, in seconds: a year.
const MAX_AGE_SECONDS: i64 = 365 * 24 * 3600;

/// The value of `prompt`, including what follows from a first screen other than sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// The user must not be asked anything.
    pub none: bool,
    /// The user must sign in again, even if signed in.
    pub login: bool,
    /// The user must consent again.
    pub consent: bool,
}

impl Prompt {
    /// Parses the value of `prompt`.
    pub fn parse(text: &str) -> Result<Self, ProtocolError> {
        let mut prompt = Self::default();
        for value in text.split_ascii_whitespace() {
            match value {
                "none" => prompt.none = true,
                // Another account or a new one: both start as if nobody were signed in.
                "login" | "select_account" | "create" => prompt.login = true,
                "consent" => prompt.consent = true,
                _ => {
                    return Err(ProtocolError::invalid_request(
                        "prompt must be none, or of login, consent, select_account, create",
                    ));
                }
            }
        }
        if prompt.none && (prompt.login || prompt.consent) {
            Err(ProtocolError::invalid_request("prompt=none can not stand beside other values"))
        } else {
            Ok(prompt)
        }
    }
}

/// S256 only: `plain` would put the verifier itself into the URL (RFC 9700 2.1.1).
pub(super) fn parse_challenge(params: &Params) -> Result<Option<String>, ProtocolError> {
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
    if is_digest {
        Ok(Some(challenge.to_owned()))
    } else {
        Err(ProtocolError::invalid_request("code_challenge must be 43 characters of base64url"))
    }
}

pub(super) fn parse_resources(params: &Params) -> Result<Vec<String>, ProtocolError> {
    let wanted = params.resources();
    let fits =
        |uri: &String| url::Url::parse(uri).is_ok_and(|url| url.fragment().is_none()) && uri.len() <= 500;
    if wanted.len() <= 10 && wanted.iter().all(fits) {
        Ok(wanted)
    } else {
        Err(ProtocolError::new(
            OAuthError::InvalidTarget,
            "resource must be an absolute URI without fragment",
        ))
    }
}

pub(super) fn parse_max_age(params: &Params) -> Result<Option<i64>, ProtocolError> {
    let Some(text) = params.one("max_age")? else { return Ok(None) };
    let age = text.parse().ok().filter(|age| (0..=MAX_AGE_SECONDS).contains(age));
    age.map(Some)
        .ok_or(ProtocolError::invalid_request("max_age must be a number of seconds from 0 to a year"))
}

#[cfg(test)]
mod tests {
    use crate::oidc::authorization_request::{AuthorizeParams, Prompt, ResponseMode};
    use crate::oidc::params::Params;
    use crate::types::error::oauth_error::OAuthError;

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
        let params = read(&text).unwrap();
        assert_eq!(params.prompt, Prompt { none: false, login: true, consent: true });
        assert_eq!((params.max_age, params.response_mode), (Some(60), ResponseMode::Fragment));
        assert_eq!(params.code_challenge.as_deref(), Some(CHALLENGE));
    }

    #[test]
    fn a_form_is_posted_to_web_addresses_only() {
        let params = Params::parse(b"response_type=code&response_mode=form_post").unwrap();
        let mode_for =
            |uri: &str| AuthorizeParams::from_params(&params, uri).map(|known| known.response_mode);
        assert_eq!(mode_for("https://app.example/cb").unwrap(), ResponseMode::FormPost);
        assert_eq!(mode_for("http://[::1]:9/cb").unwrap(), ResponseMode::FormPost);
        assert!(mode_for("com.example.app:/cb").is_err());
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
            "response_mode=web_message",
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
