//! The outside: one folder per audience. A face parses, asks the domain, and says the answer.

/// What every face shares.
pub mod common;
/// The mails and short messages people get.
pub mod mail;
/// The pages people see.
pub mod pages;
