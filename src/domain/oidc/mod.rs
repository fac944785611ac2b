//! OpenID Connect: how apps send people here and what they get. `authorize` is the journey of a person on behalf of an app, `token`
//! what the app does afterwards, `ending` how all of it ends. The surprise: a grant is the one thing that lives, and every code and
//! token hangs below it, so that ending a sign-in is one statement.

pub mod authorize;
pub mod back_channel;
pub mod clients;
pub mod consent;
pub mod ending;
pub mod issue;
mod jose;
pub mod keys;
pub mod logout;
pub mod token;
pub mod tokens;
pub mod userinfo;

use super::Rekey;

/// Where the provider's addresses begin, below the origin; the face that answers them mounts the same path.
pub const PATH: &str = "/oidc";

/// The issuer: the name under which everything here is signed.
pub fn issuer(rekey: &Rekey) -> String {
    rekey.links.below(PATH)
}
