//! Operations for keys of the role `root`: message templates, settings and the audit log. They are the
//! Management API's functions under other names and have no rules of their own. A forbidden query answers
//! 400, because its type does not allow null.

/// API keys.
pub(super) mod api_keys;
/// The captcha.
mod captcha;
/// The active settings.
mod config;
/// Input types of the settings.
mod inputs;
/// The audit log.
pub(super) mod log;
/// Types of message templates.
mod mail_template_types;
/// Message templates.
pub(super) mod mail_templates;
/// Rate limits.
mod rate_limits;
/// The settings.
pub(super) mod settings;
/// Settings of this API that this server does not support.
mod unsupported;
