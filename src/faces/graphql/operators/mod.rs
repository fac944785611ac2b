//! What only keys of the role `root` ask: words, settings, the log. It is the Management API's business by other names and has no rules of its
//! own. The surprise: a query that is forbidden here answers 400, because its type has no room for null.

/// The settings in force.
mod config;
/// What this server does in one way only.
mod fixed;
/// What may be said of the settings.
mod inputs;
/// Keys with which machines ask.
pub(super) mod keys;
/// How messages are worded.
pub(super) mod letters;
/// What happened.
pub(super) mod log;
/// The words of messages.
mod mail;
/// How the installation is set up.
pub(super) mod settings;
