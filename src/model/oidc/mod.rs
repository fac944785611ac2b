//! The nouns of OpenID Connect: what an app asks, what a person grants it, what is wrong with a request.
//! Parsing lives here; what may be granted to whom is the domain's decision. The surprise: an app may write
//! to us in ways that were never meant for us, so every text is bounded before it is looked at.

pub mod authorization_request;
pub mod grant;
pub mod oauth_error;
pub mod params;
pub mod scope;
