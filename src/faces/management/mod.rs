//! The Management API: JSON for operators' machines. Every handler asks for a `Machine`, which is the check.

/// Who calls.
pub mod machine;
/// The sign-in experience, and whether a password meets its policy.
pub mod sign_in_experience;
