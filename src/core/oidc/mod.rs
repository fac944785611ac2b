//! OpenID Connect. `authorize` handles authorization requests, `token` the token endpoint, and `revocation`
//! ends sessions and grants. Every code and token belongs to a grant, so ending a sign-in is one statement.

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

use crate::core::Core;

/// The path below the origin where the provider's endpoints are mounted.
pub const PATH: &str = "/oidc";

/// The issuer, which is in everything signed here.
pub fn issuer(core: &Core) -> String {
    core.links.absolute_url(PATH)
}
