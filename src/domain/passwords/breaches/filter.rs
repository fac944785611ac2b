//! Asking a filter whether a password is listed.

use super::super::common;

/// A filter that is open.
#[derive(Debug)]
pub struct Filter;

impl Filter {
    /// The one inside the binary.
    pub fn built_in() -> Self {
        Self
    }

    /// Whether the password, in composed form, is listed.
    pub fn lists(&self, password: &str) -> bool {
        common::is_common(password)
    }
}
