//! The pages: handlers and views.

/// The account pages.
pub mod account;
/// The pages between an application and this server.
pub mod apps;
/// The page behind "this wasn't me" links.
pub mod dispute;
/// The entry points.
pub mod entry;
/// Requesting a password reset.
pub mod forgot_password;
/// The link in a message.
pub mod link;
/// Choosing a new password.
pub mod new_password;
/// Sign-in.
pub mod sign_in;
/// Sign-up.
pub mod sign_up;
/// Static files.
pub mod static_files;
/// The page that waits for a code.
pub mod verification_code;
/// The views: the data of each template.
pub mod views;
