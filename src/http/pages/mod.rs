//! The pages people see: handlers, views, templates and static files.

/// The signed-in person's pages.
pub mod account;
/// Between an app and here.
pub mod apps;
/// Every page in every state.
pub mod design;
/// "This wasn't me".
pub mod dispute;
/// The ways in from outside.
pub mod entry;
/// Asking for a new password.
pub mod forgot_password;
/// The link of a message.
pub mod link;
/// The new password.
pub mod new_password;
/// Signing in and out.
pub mod sign_in;
/// Making an account.
pub mod sign_up;
/// Sends the files.
pub mod static_files;
/// Waiting for the code.
pub mod verification_code;
/// What each template needs.
pub mod views;
