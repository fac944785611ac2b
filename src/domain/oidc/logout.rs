//! An app asks that its person signs out here (OpenID Connect RP-Initiated Logout). Looking changes nothing: whatever is asked, the
//! session ends by a button, or by the script that presses it when an ID token proves that the app speaks of this very session.
//! Where it leads afterwards is an address the app registered, or nowhere.

use super::ending;
use super::tokens;
use crate::domain::sessions::Present;
use crate::domain::{Rekey, audit};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::event::{Event, EventKind};
use crate::model::oidc::fault::Fault;
use crate::model::oidc::params::Params;

/// What an app asked.
#[derive(Clone, Debug, Default)]
pub struct Leaving {
    /// The app, when it said who it is.
    pub app: Option<ClientApp>,
    /// Where the person goes afterwards; registered, and with the app's state.
    pub to: Option<String>,
    /// Whether the app proved that it speaks of the session that is here.
    pub is_proven: bool,
}

/// Reads what an app asks; what does not fit is told to the person, because no address is proven.
pub fn look(rekey: &Rekey, params: &Params, here: Option<&Present>) -> Result<Leaving> {
    let hint = match params.one("id_token_hint")? {
        Some(hint) => {
            let read = tokens::read_hint(rekey, hint);
            Some(read.ok_or(Fault::request("id_token_hint is not an ID token of this server"))?)
        }
        None => None,
    };
    let app = app(rekey, params, hint.as_ref().map(|(app, ..)| app.as_str()))?;
    let of_session = |session: &str| here.is_some_and(|here| here.session.id.as_str() == session);
    let is_proven = hint.is_some_and(|(_, _, session)| of_session(&session));
    Ok(Leaving { to: afterwards(params, app.as_ref())?, app, is_proven })
}

/// The app that asks: by its id, by its ID token, and by both only when they agree.
fn app(rekey: &Rekey, params: &Params, hinted: Option<&str>) -> Result<Option<ClientApp>, Fault> {
    let named = params.one("client_id")?;
    if named.is_some() && hinted.is_some() && named != hinted {
        return Err(Fault::request("client_id is not the client of id_token_hint"));
    }
    let Some(id) = named.or(hinted) else { return Ok(None) };
    rekey.live().app(id).cloned().map(Some).ok_or_else(Fault::client)
}

fn afterwards(params: &Params, app: Option<&ClientApp>) -> Result<Option<String>, Fault> {
    let Some(uri) = params.one("post_logout_redirect_uri")? else { return Ok(None) };
    let app =
        app.ok_or(Fault::request("client_id or id_token_hint is missing beside post_logout_redirect_uri"))?;
    if !app.allows_post_logout(uri) {
        return Err(Fault::request("post_logout_redirect_uri is not registered for this client"));
    }
    let Some(state) = params.one("state")? else { return Ok(Some(uri.to_owned())) };
    let text = url::form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    let joint = if uri.contains('?') { '&' } else { '?' };
    Ok(Some(format!("{uri}{joint}{text}")))
}

/// Ends the session that is here, and everything that began in it.
pub async fn leave(rekey: &Rekey, caller: &Caller, here: &Present) -> Result<()> {
    let (user, session) = (&here.user.id, &here.session.id);
    let mut tx = rekey.store.write().await?;
    ending::one(&mut tx, rekey, user, session).await?;
    let event = Event::success(EventKind::SessionEnd, Some(user.clone())).about(session.as_str());
    audit::record(&mut tx, rekey, caller, &event).await?;
    tx.commit().await?;
    crate::domain::notify::ring(rekey);
    Ok(())
}
