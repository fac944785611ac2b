//! JSON for the browser SDK: the screens are the application's own, the flows ours. Names, statuses and codes
//! follow the SDK's documentation. No cookie is read; the URL names the application, and the token that it
//! holds identifies the user.

/// Requesting and redeeming codes.
pub mod codes;
/// Error codes.
pub mod error;
/// The extractors.
mod extractor;
/// Idempotency keys.
mod idempotency;
/// Sign-in and sign-up by password, and setting a password.
pub mod passwords;
/// JSON types.
mod schema;
/// The SDK's script.
pub mod sdk_file;
/// Refreshing and ending a session.
pub mod sessions;
