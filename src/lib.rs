//! Rekey, the sign-in page you host yourself, built around the moment a person can't get in.
//!
//! Read it downwards: `faces` is what the outside sees, `domain` is what may happen, `store` is what is remembered,
//! `model` is what things are. `jobs` drive the domain on a clock, `connectors` carry messages out of the building.

/// Verbs: what may happen.
pub mod domain;
/// Every sentence, in every language.
pub mod i18n;
/// Nouns: identifiers, codes, people, messages, errors.
pub mod model;
/// Memory: SQL for SQLite and PostgreSQL, one text for both.
pub mod store;

/// What the outside sees.
pub mod faces;
