//! JSON for the browser SDK: the screens are the app's own, the journeys ours. Names, statuses and codes are those of the SDK's
//! documentation. No cookie counts here; an app is named by its address and a person by the token that their app holds.

/// Codes: asking for one, and what it opens.
pub mod codes;
/// Refusals as this face says them.
pub mod error;
/// What is known of a call before its handler runs.
mod extractor;
/// Keys under which a call is answered once.
mod idempotency;
/// Signing in and up by a password, and setting one.
pub mod passwords;
/// What goes over the wire.
mod schema;
/// The SDK's own file.
pub mod sdk_file;
/// Keeping and ending a session.
pub mod sessions;
/// Calls that this server has no answer for.
pub mod unsupported;
