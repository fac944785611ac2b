//! OpenID Connect for apps, which prove themselves here: `authorize` handles authorization requests, `token`
//! the token endpoint, `logout` both directions of logout, `signing_keys` what signs. Grants are stored in
//! `grants`, and sessions, whose end ends them, in `sessions`.

pub mod authorization_request;
pub mod authorize;
pub mod consent;
pub mod first_screen;
pub mod logout;
pub mod params;
pub mod signing_keys;
pub mod token;
pub mod userinfo;

use crate::apps::client_app::ClientApp;
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::error::Result;
use crate::types::error::oauth_error::ProtocolError;
use crate::types::secret::Secret;
use crate::{Context, Core, apps};

/// The path below the origin where the provider's endpoints are mounted.
pub const PATH: &str = "/oidc";

/// The issuer, which is in everything signed here.
pub fn issuer(core: &Core) -> String {
    core.links.absolute_url(PATH)
}

/// The credentials that a client sent.
#[derive(Clone, Debug, Default)]
pub struct ClientCredentials {
    /// The client id.
    pub id: Option<String>,
    /// The client secret.
    pub secret: Option<Secret>,
}

/// Client authentication: an app proves itself by the method that it is registered with, and a public app,
/// which has no secret, uses PKCE instead. Every failure gets the same answer, and a network that keeps
/// failing is throttled. A secret that another instance added or deleted counts at once.
pub async fn authenticate_client(context: Context<'_>, presented: &ClientCredentials) -> Result<ClientApp> {
    context.core.refresh_snapshot().await?;
    match find_authenticated(context.core, presented) {
        Some(app) => Ok(app),
        None => {
            in_memory::limit_by_network(context, MemoryLimit::Clients)?;
            Err(ProtocolError::invalid_client().into())
        }
    }
}

fn find_authenticated(core: &Core, presented: &ClientCredentials) -> Option<ClientApp> {
    let snapshot = core.snapshot();
    let app = snapshot.app(presented.id.as_deref()?)?;
    let is_proven = match &presented.secret {
        None => app.is_public(),
        Some(secret) => !app.is_public() && apps::authenticate(core, &app.id, secret),
    };
    is_proven.then(|| app.clone())
}
