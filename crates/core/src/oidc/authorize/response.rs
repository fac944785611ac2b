//! Responses to the app's redirect URI, with a code or an error and the issuer. URIs are extended as strings,
//! because parsing and serializing them would change characters that the app compares.

use crate::Core;
use crate::oidc::authorization_request::{AuthorizeParams, ResponseMode, parse_response_mode};
use crate::oidc::issuer;
use crate::oidc::params::Params;
use crate::types::error::oauth_error::ProtocolError;
use crate::types::secret::Secret;

/// The redirect with a code. `iss` tells the app which server answered (RFC 9207).
pub(super) fn code_redirect(core: &Core, authorize_params: &AuthorizeParams, code: &Secret) -> String {
    let pairs = [
        ("code", Some(code.expose())),
        ("state", authorize_params.state.as_deref()),
        ("iss", Some(&issuer(core))),
    ];
    append_params(&authorize_params.redirect_uri, authorize_params.response_mode, &pairs)
}

/// The redirect with an error.
pub(in crate::oidc) fn error_redirect(
    core: &Core,
    authorize_params: &AuthorizeParams,
    fault: &ProtocolError,
) -> String {
    build_error_redirect(
        core,
        &authorize_params.redirect_uri,
        authorize_params.response_mode,
        authorize_params.state.as_deref(),
        fault,
    )
}

/// The same for a request that could not be parsed; the parts that can be trusted are used.
pub(super) fn unparsed_error_redirect(
    core: &Core,
    params: &Params,
    redirect_uri: &str,
    fault: &ProtocolError,
) -> String {
    let mode = parse_response_mode(params).unwrap_or_default();
    build_error_redirect(core, redirect_uri, mode, params.one("state").ok().flatten(), fault)
}

fn build_error_redirect(
    core: &Core,
    redirect_uri: &str,
    mode: ResponseMode,
    state: Option<&str>,
    fault: &ProtocolError,
) -> String {
    let error = fault.error.name();
    let issuer = issuer(core);
    let pairs = [
        ("error", Some(error)),
        ("error_description", Some(fault.description)),
        ("state", state),
        ("iss", Some(&*issuer)),
    ];
    append_params(redirect_uri, mode, &pairs)
}

/// Appends parameters to a URI without changing a character of it, as parsing would.
fn append_params(uri: &str, mode: ResponseMode, pairs: &[(&str, Option<&str>)]) -> String {
    let given = pairs.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    let joint = match mode {
        ResponseMode::Fragment => '#',
        ResponseMode::Query if uri.contains('?') => '&',
        ResponseMode::Query => '?',
    };
    format!("{uri}{joint}{text}")
}
