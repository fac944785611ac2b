//! The pages: handlers and views.

/// The account pages.
pub mod account;
/// The pages between an application and this server.
pub mod apps;
/// Samples of every page.
pub mod design;
/// "This wasn't me".
pub mod dispute;
/// The entry points.
pub mod entry;
/// Requesting a password reset.
pub mod forgot_password;
/// The link in a message.
pub mod link;
/// The new password.
pub mod new_password;
/// Signing in and out.
pub mod sign_in;
/// Sign-up.
pub mod sign_up;
/// Static files.
pub mod static_files;
/// Waiting for the code.
pub mod verification_code;
/// What each template needs.
pub mod views;
