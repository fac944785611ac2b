//! The Management API: JSON for operators' machines. Every handler asks for a `Machine`, which is the check.

/// Applications and their secrets.
pub mod applications;
/// Claims that are added to tokens.
pub mod jwt_customizer;
/// Who calls.
pub mod machine;
/// Tokens for operators' own messages.
pub mod one_time_tokens;
/// Lists in pages.
mod paging;
/// The sign-in experience, and whether a password meets its policy.
pub mod sign_in_experience;
/// The words of messages.
pub mod templates;
/// Sessions of people.
pub mod user_sessions;
/// Codes for what applications want.
pub mod verification_codes;
