//! The Account API: JSON for applications to show and change the signed-in user's own data. It accepts the
//! user's opaque access token and no cookie, so scripts of every site may call it. Changes that could lock
//! the owner out also need a recent verification, whose record is named in the header
//! `logto-verification-id`.

/// Primary email address and phone number.
pub mod addresses;
/// Refusals of this API.
pub mod error;
/// Authentication.
mod extractor;
/// OAuth grants: the apps that the user is signed in to.
pub mod grants;
/// The password.
pub mod password;
/// The profile.
pub mod profile;
/// Sessions.
pub mod sessions;
/// Verification of an address.
pub mod verifications;
