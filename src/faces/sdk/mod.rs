//! JSON for the browser SDK: the screens are the app's own, the journeys ours. Names, statuses and codes are those of the SDK's
//! documentation. No cookie counts here; an app is named by its address and a person by the token that their app holds.

/// Refusals as this face says them.
pub mod answer;
/// What is known of a call before its handler runs.
mod call;
/// Codes: asking for one, and what it opens.
pub mod codes;
/// The SDK's own file.
pub mod file;
/// Calls that this server has no answer for.
pub mod missing;
/// Keys under which a call is answered once.
mod once;
/// Signing in and up by a password, and setting one.
pub mod passwords;
/// Keeping and ending a session.
pub mod sessions;
/// What goes over the wire.
mod wire;
