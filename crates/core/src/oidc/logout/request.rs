//! What an app's logout request says. One that arrives by POST is sealed for the GET that follows, without its
//! ID token, which must not be in an address.

use serde::{Deserialize, Serialize};

use crate::Core;
use crate::apps::client_app::ClientApp;
use crate::oidc::authorization_request::ResponseMode;
use crate::oidc::authorize::AppResponse;
use crate::oidc::params::Params;
use crate::oidc::token::id_token;
use crate::sessions::AuthenticatedUser;
use crate::types::error::Result;
use crate::types::error::oauth_error::ProtocolError;
use crate::types::time::Timestamp;

/// The context that a sealed request is bound to.
const SEAL_CONTEXT: &str = "end-session";
/// Seconds for which a sealed request can be opened.
const SEALED_TTL_SECONDS: i64 = 300;

/// An app's logout request.
#[derive(Clone, Debug, Default)]
pub struct LogoutRequest {
    /// The app, when it identified itself.
    pub app: Option<ClientApp>,
    /// The registered URI to redirect to afterwards, with the app's state; none to stay here.
    pub post_logout_redirect: Option<AppResponse>,
    /// Whether the app proved that it means the current session.
    pub is_proven: bool,
}

/// A parsed request, as it is sealed.
#[derive(Debug, Serialize, Deserialize)]
struct LogoutParams {
    client_id: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
    /// The session of the ID token.
    session: Option<String>,
    until: Timestamp,
}

/// Reads a logout request; errors are shown to the user, because no redirect URI is validated.
pub fn read(core: &Core, params: &Params, current: Option<&AuthenticatedUser>) -> Result<LogoutRequest> {
    let params = match params.one("request")? {
        Some(sealed) => open_sealed(core, sealed)?,
        None => parse(core, params)?,
    };
    let app = params.client_id.as_deref().map(|id| app_by_id(core, id)).transpose()?;
    let post_logout_redirect = read_redirect(&params, app.as_ref())?;
    let is_proven = current.is_some_and(|current| is_proven(&params, app.as_ref(), current));
    Ok(LogoutRequest { app, post_logout_redirect, is_proven })
}

/// Seals a request for the GET that follows it.
pub fn seal(core: &Core, params: &Params) -> Result<String> {
    let params = parse(core, params)?;
    let app = params.client_id.as_deref().map(|id| app_by_id(core, id)).transpose()?;
    read_redirect(&params, app.as_ref())?;
    let text = serde_json::to_vec(&params).map_err(anyhow::Error::from)?;
    Ok(core.keys.seal(&text, SEAL_CONTEXT, core.rng()))
}

fn open_sealed(core: &Core, sealed: &str) -> Result<LogoutParams, ProtocolError> {
    const ENDED: ProtocolError = ProtocolError::invalid_request("request is unknown or has expired");
    let plain = core.keys.decrypt(sealed, SEAL_CONTEXT).map_err(|_| ENDED)?;
    let params: LogoutParams = serde_json::from_slice(&plain).map_err(|_| ENDED)?;
    if params.until > core.now() { Ok(params) } else { Err(ENDED) }
}

fn parse(core: &Core, params: &Params) -> Result<LogoutParams, ProtocolError> {
    const NOT_OURS: ProtocolError =
        ProtocolError::invalid_request("id_token_hint is not an ID token of this server");
    let hint = match params.one("id_token_hint")? {
        Some(hint) => Some(id_token::read_hint(core, hint).ok_or(NOT_OURS)?),
        None => None,
    };
    let param = |name| params.one(name).map(|value| value.map(str::to_owned));
    let named = param("client_id")?;
    let (hinted, session) = hint.map(|(app, _, session)| (app, session)).unzip();
    if named.is_some() && hinted.is_some() && named != hinted {
        return Err(ProtocolError::invalid_request("client_id is not the client of id_token_hint"));
    }
    Ok(LogoutParams {
        client_id: named.or(hinted),
        post_logout_redirect_uri: param("post_logout_redirect_uri")?,
        state: param("state")?,
        session,
        until: core.now().plus_seconds(SEALED_TTL_SECONDS),
    })
}

fn app_by_id(core: &Core, id: &str) -> Result<ClientApp, ProtocolError> {
    core.snapshot().app(id).cloned().ok_or_else(ProtocolError::invalid_client)
}

fn read_redirect(
    params: &LogoutParams,
    app: Option<&ClientApp>,
) -> Result<Option<AppResponse>, ProtocolError> {
    let Some(uri) = params.post_logout_redirect_uri.as_deref() else { return Ok(None) };
    let app = app.ok_or(ProtocolError::invalid_request(
        "client_id or id_token_hint is missing beside post_logout_redirect_uri",
    ))?;
    if !app.allows_post_logout(uri) {
        return Err(ProtocolError::invalid_request(
            "post_logout_redirect_uri is not registered for this client",
        ));
    }
    let state = params.state.clone().map(|state| ("state", state));
    let mode = ResponseMode::Query;
    Ok(Some(AppResponse { redirect_uri: uri.to_owned(), mode, params: state.into_iter().collect() }))
}

/// Whether the session may end without a question: an ID token of this session proves that the app means it, and
/// another session's the opposite. Without one, the operator's own app need only lead back to a registered
/// address: SDKs send no token and have revoked theirs by then.
fn is_proven(params: &LogoutParams, app: Option<&ClientApp>, current: &AuthenticatedUser) -> bool {
    match &params.session {
        Some(session) => current.session.id.as_str() == session,
        None => app.is_some_and(|app| !app.is_third_party) && params.post_logout_redirect_uri.is_some(),
    }
}
