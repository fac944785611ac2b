//! What every face shares: the page around a view, refusals in words, the rules of a password.

/// What every page knows.
pub mod page;
/// A refusal as a page shows it.
pub mod problem;
/// The password policy as a page shows it.
pub mod rules;
