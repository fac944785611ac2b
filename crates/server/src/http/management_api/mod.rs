//! The Management API: JSON for API clients. Every handler takes a
//! `ManagementRequest`, which authenticates the call.

/// Applications and their secrets.
pub mod applications;
/// Connectors.
pub mod connectors;
/// Authentication.
pub mod extractor;
/// Lockouts.
pub mod lockouts;
/// The audit log.
pub mod logs;
/// One-time tokens for operators' own messages.
pub mod one_time_tokens;
/// Pagination.
mod pagination;
mod response;
/// Settings.
pub mod settings;
/// Message templates.
pub mod templates;
/// Users.
pub mod users;
/// Verification codes for applications' own purposes.
pub mod verification_codes;
/// Webhooks.
pub mod webhooks;
