//! OpenID Connect on the wire: what apps call, and where they send people. No page is here: whoever must see one is sent to `pages`.
//! The surprise: nothing but the two addresses that browsers come to looks at a cookie, so other sites may post to the rest.

/// Where apps send people.
pub mod authorize;
/// An app that speaks for itself.
pub mod client_request;
/// What this provider can do.
pub mod discovery;
/// What is answered.
pub mod error;
/// Tokens that come back.
pub mod introspection;
/// Codes and refresh tokens become tokens.
pub mod token;
/// Who the bearer's person is.
pub mod userinfo;
