//! Apps that speak for themselves: who they are, proven as they were registered. A public app has nothing to prove it with and is
//! held to PKCE instead. Every way of being wrong gets the same answer, and a network that keeps being wrong waits.

use crate::domain::{Core, apps, memory_limiter};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::oidc::oauth_error::ProtocolError;
use crate::model::secret::Secret;

/// What an app said of itself.
#[derive(Clone, Debug, Default)]
pub struct ClientCredentials {
    /// Its id.
    pub id: Option<String>,
    /// Its secret.
    pub secret: Option<Secret>,
}

/// The app, when it is who it says.
pub fn authenticate(rekey: &Core, caller: &Caller, presented: &ClientCredentials) -> Result<ClientApp> {
    match find_authenticated(rekey, presented) {
        Some(app) => Ok(app),
        None => {
            memory_limiter::limit_by_network(rekey, caller)?;
            Err(ProtocolError::invalid_client().into())
        }
    }
}

fn find_authenticated(rekey: &Core, presented: &ClientCredentials) -> Option<ClientApp> {
    let live = rekey.snapshot();
    let app = live.app(presented.id.as_deref()?)?;
    let is_proven = match &presented.secret {
        None => app.is_public(),
        Some(secret) => !app.is_public() && apps::authenticate(rekey, &app.id, secret),
    };
    is_proven.then(|| app.clone())
}
