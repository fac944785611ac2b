//! JSON for the apps of a signed-in person: what is theirs, seen and changed. The bearer is the opaque token that an app got for them, so
//! no cookie counts and every site's scripts may call. The surprise: what could lock the owner out also needs a fresh proof, whose record
//! is named in the header `logto-verification-id`.

/// Taking an address, and giving one up.
pub mod addresses;
/// Refusals as this face says them.
pub mod error;
/// Who calls.
mod extractor;
/// The password.
pub mod password;
/// What people say about themselves.
pub mod profile;
/// Sessions, and sign-ins into apps.
pub mod sessions;
/// What the settings let people do.
pub mod settings;
/// Proving oneself once more.
pub mod verifications;
