//! What only keys of the role `root` ask: words, settings, the log. It is the Management API's business by other names and has no rules of its
//! own. The surprise: a query that is forbidden here answers 400, because its type has no room for null.

/// Keys with which machines ask.
pub(super) mod api_keys;
/// The settings in force.
mod config;
/// What may be said of the settings.
mod inputs;
/// What happened.
pub(super) mod log;
/// The words of messages.
mod mail_template_types;
/// How messages are worded.
pub(super) mod mail_templates;
/// How the installation is set up.
pub(super) mod settings;
/// What this server does in one way only.
mod unsupported;
