//! Client authentication: apps prove themselves by the method they are registered with. A public app has no
//! secret and must use PKCE instead. Every failure gets the same answer, and a network that keeps failing is
//! throttled.

use crate::apps::client_app::ClientApp;
use crate::throttle::in_memory;
use crate::types::error::Result;
use crate::types::error::oauth_error::ProtocolError;
use crate::types::secret::Secret;
use crate::{Context, Core, apps};

/// The credentials that a client sent.
#[derive(Clone, Debug, Default)]
pub struct ClientCredentials {
    /// The client id.
    pub id: Option<String>,
    /// The client secret.
    pub secret: Option<Secret>,
}

/// Returns the app if its credentials are valid.
pub fn authenticate(context: Context<'_>, presented: &ClientCredentials) -> Result<ClientApp> {
    match find_authenticated(context.core, presented) {
        Some(app) => Ok(app),
        None => {
            in_memory::limit_by_network(context)?;
            Err(ProtocolError::invalid_client().into())
        }
    }
}

fn find_authenticated(core: &Core, presented: &ClientCredentials) -> Option<ClientApp> {
    let live = core.snapshot();
    let app = live.app(presented.id.as_deref()?)?;
    let is_proven = match &presented.secret {
        None => app.is_public(),
        Some(secret) => !app.is_public() && apps::authenticate(core, &app.id, secret),
    };
    is_proven.then(|| app.clone())
}
