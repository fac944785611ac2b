//! OpenID Connect: how apps send people here and what they get. `authorize` is the journey of a person on behalf of an app, `token`
//! what the app does afterwards, `ending` how all of it ends. The surprise: a grant is the one thing that lives, and every code and
//! token hangs below it, so that ending a sign-in is one statement.

pub mod authorize;
pub mod back_channel;
pub mod client_authentication;
pub mod consent;
pub mod introspection;
pub mod issuance;
mod jws;
pub mod logout;
pub mod revocation;
pub mod signing_keys;
pub mod token;
pub mod userinfo;

use super::Core;

/// Where the provider's addresses begin, below the origin; the face that answers them mounts the same path.
pub const PATH: &str = "/oidc";

/// The issuer: the name under which everything here is signed.
pub fn issuer(rekey: &Core) -> String {
    rekey.links.absolute_url(PATH)
}
