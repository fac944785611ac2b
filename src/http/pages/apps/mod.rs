//! The pages a person meets on the way between an app and here: going on with what the app asked, agreeing to it, signing out because an
//! app asks. What the app gets is the domain's business.

/// Agreeing that an app learns who one is.
pub mod consent;
/// Signing out because an app asks.
pub mod end_session;
/// Going on with what an app asked.
pub mod resume;
