//! Building blocks of requests to providers: addresses, credentials and forms. Everything the operator
//! configured is validated when the connector is built, so that no message fails on it. Plain http is
//! accepted for this machine only, because requests carry codes and keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Url};

use crate::connectors::providers::settings;
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::ConnectorSpec;
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::identifier::address::Address;
use rekey_core::types::secret::Secret;

/// Reads the setting `endpoint`: https, or http to this machine.
pub fn read_endpoint(spec: &ConnectorSpec, text: &str) -> Result<Url, String> {
    parse_endpoint(text).map_err(|what| settings::setting_error(spec, "endpoint", what))
}

/// Codes and credentials are sent in plain text over http, so it may only reach this machine.
fn parse_endpoint(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "expected an https address")?;
    let is_local = url.host_str().is_some_and(settings::is_loopback);
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_local => Ok(url),
        "http" => Err("expected https, http is for this machine only"),
        _ => Err("expected an https address"),
    }
}

/// Appends these path segments to `base`.
pub fn join_path(base: &Url, names: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(names);
    }
    url
}

/// A header value that is hidden in logs; an invalid one is reported by the name of its setting.
pub fn secret_header(spec: &ConnectorSpec, field: &str, text: &str) -> Result<HeaderValue, String> {
    let value = HeaderValue::from_str(text);
    let mut value =
        value.map_err(|_| settings::setting_error(spec, field, "expected the value of a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// `Authorization` with username and password (RFC 7617).
pub fn basic_auth(
    spec: &ConnectorSpec,
    field: &str,
    name: &str,
    password: &Secret,
) -> Result<HeaderValue, String> {
    let pair = STANDARD.encode(format!("{name}:{}", password.expose()));
    secret_header(spec, field, &format!("Basic {pair}"))
}

/// Adds these fields to the request as a form.
pub fn with_form(request: RequestBuilder, fields: &[(&str, &str)]) -> Result<RequestBuilder, SendError> {
    let body = serde_urlencoded::to_string(fields);
    let body =
        body.map_err(|_| SendError::Permanent("the message cannot be written as a form".to_owned()))?;
    Ok(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body))
}

/// The digits of the recipient's number.
pub fn phone_digits(dispatch: &OutgoingMessage) -> Result<&str, SendError> {
    match &dispatch.to {
        Address::Phone(digits) => Ok(digits),
        Address::Email(_) => Err(SendError::Permanent("text messages go to numbers only".to_owned())),
    }
}
