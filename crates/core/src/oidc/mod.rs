//! OpenID Connect for apps: `authorize` handles authorization requests, `token` the token endpoint,
//! `logout` both directions of logout, `signing_keys` what signs. Grants are stored in `grants`, and
//! sessions, whose end ends them, in `sessions`.

pub mod authorization_request;
pub mod authorize;
pub mod client_authentication;
pub mod consent;
pub mod first_screen;
pub mod logout;
pub mod params;
pub mod signing_keys;
pub mod token;
pub mod userinfo;

use crate::Core;

/// The path below the origin where the provider's endpoints are mounted.
pub const PATH: &str = "/oidc";

/// The issuer, which is in everything signed here.
pub fn issuer(core: &Core) -> String {
    core.links.absolute_url(PATH)
}
