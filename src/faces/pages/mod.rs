//! The pages people see: handlers, views, templates and static files.

/// The signed-in person's pages.
pub mod account;
/// Between an app and here.
pub mod apps;
/// Asking for a new password.
pub mod ask;
/// Waiting for the code.
pub mod code;
/// Every page in every state.
pub mod design;
/// The ways in from outside.
pub mod entry;
/// The link of a message.
pub mod link;
/// The new password.
pub mod new_password;
/// "This wasn't me".
pub mod not_me;
/// Signing in and out.
pub mod sign_in;
/// Making an account.
pub mod sign_up;
/// Sends the files.
pub mod static_files;
/// What each template needs.
pub mod views;
