//! The OpenID Connect endpoints. They render no pages: a browser that needs one is redirected to `pages`.
//! Only the two endpoints that browsers navigate to read cookies, so other sites may post to the rest.

/// The authorization endpoint.
pub mod authorize;
/// Requests by applications.
pub mod client_request;
/// Discovery and public keys.
pub mod discovery;
/// Error responses.
pub mod error;
/// Revocation, introspection and userinfo.
pub mod introspection;
/// The token endpoint.
pub mod token;
