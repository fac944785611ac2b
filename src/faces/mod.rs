//! The outside: one folder per audience. A face parses, asks the domain, and says the answer.

/// What every face shares.
pub mod common;
/// The pages people see.
pub mod pages;
