//! The Management API: JSON for operators' machines. Every handler asks for a `Machine`, which is the check.

/// Applications and their secrets.
pub mod applications;
/// The ways messages leave the building.
pub mod connectors;
/// Who calls.
pub mod extractor;
/// Locks.
pub mod lockouts;
/// What happened.
pub mod logs;
/// Tokens for operators' own messages.
pub mod one_time_tokens;
/// Lists in pages.
mod pagination;
/// What is set at run time.
pub mod settings;
/// The words of messages.
pub mod templates;
/// People.
pub mod users;
/// Codes for what applications want.
pub mod verification_codes;
/// Systems that want to hear what happens.
pub mod webhooks;
