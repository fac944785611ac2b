//! Parses the parameters and the credentials of a request by an application.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use rekey_core::oidc::ClientCredentials;
use rekey_core::oidc::params::{NOT_PLAIN, Params};
use rekey_core::types::error::Result;
use rekey_core::types::error::oauth_error::ProtocolError;
use rekey_core::types::error::parse_error::strict_json::{self, JsonError};
use rekey_core::types::secret::Secret;
use rekey_core::types::text;

pub(super) fn parse_params(kind: &str, body: &[u8]) -> Result<Params, ProtocolError> {
    let params = match kind {
        "application/x-www-form-urlencoded" => Params::parse(body)?,
        "application/json" => params_from_json(body)?,
        _ => {
            let expected = "content-type must be application/x-www-form-urlencoded";
            return Err(ProtocolError::invalid_request(expected));
        }
    };
    if params.has_duplicates() {
        Err(ProtocolError::invalid_request("a parameter is repeated"))
    } else {
        Ok(params)
    }
}

fn params_from_json(body: &[u8]) -> Result<Params, ProtocolError> {
    let malformed = || ProtocolError::invalid_request("the body must be a JSON object of texts");
    let read = strict_json::parse(body).map_err(|unreadable| match unreadable {
        JsonError::Syntax => malformed(),
        JsonError::DuplicateKey(_) => ProtocolError::invalid_request("a parameter is repeated"),
        JsonError::NullCharacter(_) => ProtocolError::invalid_request(NOT_PLAIN),
    });
    let Value::Object(fields) = read? else { return Err(malformed()) };
    let text = |(name, value): (String, Value)| value.as_str().map(|text| (name, text.to_owned()));
    Params::new(fields.into_iter().map(text).collect::<Option<_>>().ok_or_else(malformed)?)
}

/// `client_secret_basic` or `client_secret_post` (OpenID Connect Core 9), or a client id alone.
pub(super) fn read_credentials(
    authorization: Option<&str>,
    params: &Params,
) -> Result<ClientCredentials, ProtocolError> {
    let id = params.one("client_id")?;
    let secret = params.one("client_secret")?;
    let posted = ClientCredentials { id: id.map(str::to_owned), secret: secret.map(Secret::from) };
    let Some(authorization) = authorization else { return Ok(posted) };
    let basic = parse_basic(authorization).ok_or(ProtocolError::invalid_client())?;
    if posted.secret.is_some() || posted.id.is_some() && posted.id != basic.id {
        Err(ProtocolError::invalid_request("the client authenticates in more than one way"))
    } else {
        Ok(basic)
    }
}

/// Both halves are form-encoded before they are joined (RFC 6749 2.3.1). Some clients send an empty secret
/// when they have none.
fn parse_basic(authorization: &str) -> Option<ClientCredentials> {
    let (scheme, encoded) = authorization.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let pair = String::from_utf8(decoded).ok().filter(|pair| text::is_plain(pair.as_bytes()))?;
    let (id, secret) = pair.split_once(':')?;
    let plain = |half: &str| {
        let pair = format!("x={half}");
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    let secret = plain(secret).filter(|secret| !secret.is_empty()).map(Secret::new);
    Some(ClientCredentials { id: plain(id), secret })
}

#[cfg(test)]
mod tests {
    use super::{params_from_json, parse_basic, read_credentials};
    use rekey_core::oidc::params::Params;

    #[test]
    fn the_header_is_decoded_twice() {
        // "a%2Fb:p%3Aq+r"
        let read = parse_basic("Basic YSUyRmI6cCUzQXErcg==").unwrap();
        assert_eq!(read.id.as_deref(), Some("a/b"));
        assert_eq!(read.secret.unwrap().expose(), "p:q r");
        assert!(parse_basic("basic Og==").unwrap().secret.is_none());
        // The last two are "a%00:p" and "a:p\0".
        for bad in ["Bearer YTpi", "Basic", "Basic ???", "Basic YQ==", "Basic YSUwMDpw", "Basic YTpwAA=="] {
            assert!(parse_basic(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn one_way_of_proving_is_enough() {
        let params = |text: &str| Params::parse(text.as_bytes()).unwrap();
        let header = Some("Basic YTpi");
        assert!(read_credentials(header, &params("client_id=a")).is_ok());
        assert!(read_credentials(header, &params("client_id=c")).is_err());
        assert!(read_credentials(header, &params("client_secret=b")).is_err());
        assert!(read_credentials(Some("Digest x"), &params("client_id=a")).is_err());
    }

    #[test]
    fn json_is_texts_only() {
        assert!(params_from_json(br#"{"a":"b"}"#).is_ok());
        assert!(
            params_from_json(br#"{"a":1}"#).is_err()
                && params_from_json(br#"{"a":"\u0000"}"#).is_err()
                && params_from_json(b"[]").is_err()
                && params_from_json(b"{").is_err()
        );
    }
}
