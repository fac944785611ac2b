//! The text that stands for a secret in responses and in the audit log.

/// Stands for a secret in responses, and in a change that keeps it.
pub const MASK: &str = "******";
