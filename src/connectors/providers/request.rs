//! What requests to providers are made of: addresses, credentials, forms. Everything an operator wrote is judged when the
//! connector is built, so that no message meets it. The surprise: http is for this machine only, because codes and keys travel.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Url};

use crate::domain::ports::SendError;
use crate::model::connector::ConnectorSpec;
use crate::model::message::{Address, OutgoingMessage};
use crate::model::secret::Secret;

use super::settings;

/// What the setting `endpoint` says: https, or http to this machine.
pub fn read_endpoint(spec: &ConnectorSpec, text: &str) -> Result<Url, String> {
    parse_endpoint(text).map_err(|what| settings::setting_error(spec, "endpoint", what))
}

/// Codes and the authorization travel in clear over http, so it may only reach this machine.
fn parse_endpoint(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "expected an https address")?;
    let here = url.host_str().is_some_and(settings::is_loopback);
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        "http" => Err("expected https, http is for this machine only"),
        _ => Err("expected an https address"),
    }
}

/// The address below `base` that these names lead to.
pub fn join_path(base: &Url, names: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(names);
    }
    url
}

/// The value of a header that no log shows; what can't be one is named by its setting.
pub fn secret_header(spec: &ConnectorSpec, field: &str, text: &str) -> Result<HeaderValue, String> {
    let value = HeaderValue::from_str(text);
    let mut value =
        value.map_err(|_| settings::setting_error(spec, field, "expected the value of a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// `Authorization` by name and password (RFC 7617).
pub fn basic_auth(
    spec: &ConnectorSpec,
    field: &str,
    name: &str,
    password: &Secret,
) -> Result<HeaderValue, String> {
    let pair = STANDARD.encode(format!("{name}:{}", password.expose()));
    secret_header(spec, field, &format!("Basic {pair}"))
}

/// The request with these fields as a form.
pub fn with_form(request: RequestBuilder, fields: &[(&str, &str)]) -> Result<RequestBuilder, SendError> {
    let body = serde_urlencoded::to_string(fields);
    let body =
        body.map_err(|_| SendError::Permanent("the message cannot be written as a form".to_owned()))?;
    Ok(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body))
}

/// The digits of the reader's number.
pub fn phone_digits(dispatch: &OutgoingMessage) -> Result<&str, SendError> {
    match &dispatch.to {
        Address::Phone(digits) => Ok(digits),
        Address::Email(_) => Err(SendError::Permanent("text messages go to numbers only".to_owned())),
    }
}
