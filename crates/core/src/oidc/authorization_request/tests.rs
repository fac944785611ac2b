//! Which authorization requests are accepted, and with which error the others are refused.

use super::{AuthorizeParams, Prompt, ResponseMode};
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
