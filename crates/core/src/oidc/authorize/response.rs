//! Responses to the app's redirect URI, with a code or an error and the issuer. URIs are extended as strings,
//! because parsing and serializing them would change characters that the app compares.

use crate::Core;
use crate::oidc::authorization_request::{AuthorizeParams, ResponseMode, parse_response_mode};
use crate::oidc::issuer;
use crate::oidc::params::Params;
use crate::types::error::oauth_error::ProtocolError;
use crate::types::secret::Secret;

/// A response to an app, and how it is carried there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppResponse {
    /// Where it goes; a registered URI.
    pub redirect_uri: String,
    /// How the parameters reach it.
    pub mode: ResponseMode,
    /// The parameters.
    pub params: Vec<(&'static str, String)>,
}

impl AppResponse {
    /// The URI with the parameters; those of a form are in the query, for callers that can't post one.
    pub fn to_url(&self) -> String {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.params).finish();
        let uri = &self.redirect_uri;
        match self.mode {
            _ if text.is_empty() => uri.clone(),
            ResponseMode::Fragment => format!("{uri}#{text}"),
            _ if uri.contains('?') => format!("{uri}&{text}"),
            _ => format!("{uri}?{text}"),
        }
    }
}

/// The response with a code. `iss` tells the app which server answered (RFC 9207).
pub(super) fn code_response(core: &Core, authorize_params: &AuthorizeParams, code: &Secret) -> AppResponse {
    let mut params = vec![("code", code.expose().to_owned())];
    params.extend(authorize_params.state.clone().map(|state| ("state", state)));
    params.push(("iss", issuer(core)));
    AppResponse {
        redirect_uri: authorize_params.redirect_uri.clone(),
        mode: authorize_params.response_mode,
        params,
    }
}

/// The response with an error.
pub(in crate::oidc) fn error_response(
    core: &Core,
    authorize_params: &AuthorizeParams,
    fault: &ProtocolError,
) -> AppResponse {
    AppResponse {
        redirect_uri: authorize_params.redirect_uri.clone(),
        mode: authorize_params.response_mode,
        params: error_params(core, authorize_params.state.as_deref(), fault),
    }
}

/// The same for a request that could not be parsed; the parts that can be trusted are used.
pub(super) fn unparsed_error_response(
    core: &Core,
    params: &Params,
    redirect_uri: &str,
    fault: &ProtocolError,
) -> AppResponse {
    AppResponse {
        redirect_uri: redirect_uri.to_owned(),
        mode: parse_response_mode(params, redirect_uri).unwrap_or_default(),
        params: error_params(core, params.one("state").ok().flatten(), fault),
    }
}

fn error_params(core: &Core, state: Option<&str>, fault: &ProtocolError) -> Vec<(&'static str, String)> {
    let mut params =
        vec![("error", fault.error.name().to_owned()), ("error_description", fault.description.to_owned())];
    params.extend(state.map(|state| ("state", state.to_owned())));
    params.push(("iss", issuer(core)));
    params
}
