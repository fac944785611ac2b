//! Logout requested by an app (OpenID Connect RP-Initiated Logout). Opening the page changes nothing: the
//! session ends by a button, or by the script that submits it when an ID token proves that the app means this
//! very session. `back_channel` notifies apps of sessions that have ended.

pub mod back_channel;

use crate::apps::client_app::ClientApp;
use crate::audit::event::{Event, EventKind};
use crate::messages::enqueue;
use crate::oidc::params::Params;
use crate::oidc::token::id_token;
use crate::sessions::{AuthenticatedUser, revoke};
use crate::types::error::Result;
use crate::types::error::oauth_error::ProtocolError;
use crate::{Context, Core, audit};

/// An app's logout request.
#[derive(Clone, Debug, Default)]
pub struct LogoutRequest {
    /// The app, when it identified itself.
    pub app: Option<ClientApp>,
    /// The registered URI to redirect to afterwards, with the app's state; none to stay here.
    pub post_logout_redirect: Option<String>,
    /// Whether the app proved that it means the current session.
    pub is_proven: bool,
}

/// Reads a logout request; errors are shown to the user, because no redirect URI is validated.
pub fn read_request(
    core: &Core,
    params: &Params,
    current: Option<&AuthenticatedUser>,
) -> Result<LogoutRequest> {
    const NOT_OURS: ProtocolError =
        ProtocolError::invalid_request("id_token_hint is not an ID token of this server");
    let hint = match params.one("id_token_hint")? {
        Some(hint) => Some(id_token::read_hint(core, hint).ok_or(NOT_OURS)?),
        None => None,
    };
    let app = requesting_app(core, params, hint.as_ref().map(|(app, ..)| app.as_str()))?;
    let of_session = |session: &str| current.is_some_and(|current| current.session.id.as_str() == session);
    let is_proven = hint.is_some_and(|(_, _, session)| of_session(&session));
    Ok(LogoutRequest { post_logout_redirect: read_redirect(params, app.as_ref())?, app, is_proven })
}

/// The requesting app: by its id, by its ID token, and if both are sent, only when they agree.
fn requesting_app(
    core: &Core,
    params: &Params,
    hinted: Option<&str>,
) -> Result<Option<ClientApp>, ProtocolError> {
    let named = params.one("client_id")?;
    if named.is_some() && hinted.is_some() && named != hinted {
        return Err(ProtocolError::invalid_request("client_id is not the client of id_token_hint"));
    }
    let Some(id) = named.or(hinted) else { return Ok(None) };
    core.snapshot().app(id).cloned().map(Some).ok_or_else(ProtocolError::invalid_client)
}

fn read_redirect(params: &Params, app: Option<&ClientApp>) -> Result<Option<String>, ProtocolError> {
    let Some(uri) = params.one("post_logout_redirect_uri")? else { return Ok(None) };
    let app = app.ok_or(ProtocolError::invalid_request(
        "client_id or id_token_hint is missing beside post_logout_redirect_uri",
    ))?;
    if !app.allows_post_logout(uri) {
        return Err(ProtocolError::invalid_request(
            "post_logout_redirect_uri is not registered for this client",
        ));
    }
    let Some(state) = params.one("state")? else { return Ok(Some(uri.to_owned())) };
    let text = url::form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    let joint = if uri.contains('?') { '&' } else { '?' };
    Ok(Some(format!("{uri}{joint}{text}")))
}

/// Ends the current session, and everything that began in it.
#[tracing::instrument(skip_all)]
pub async fn sign_out(context: Context<'_>, current: &AuthenticatedUser) -> Result<()> {
    let user = &current.user.id;
    let session = &current.session.id;
    let mut tx = context.core.store.write().await?;
    revoke::revoke_session(&mut tx, context.core, user, session).await?;
    let event = Event::success(EventKind::SessionEnd, Some(user.clone())).with_subject(session.as_str());
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Ok(())
}
