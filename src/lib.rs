//! Rekey, the sign-in page you host yourself, built around the moment a person can't get in.
//!
//! Read it downwards: `faces` is what the outside sees, `domain` is what may happen, `store` is what is remembered,
//! `model` is what things are. `jobs` drive the domain on a clock, `connectors` carry messages out of the building.

/// Everything long-lived, built once.
pub mod app;
/// The bootstrap file: settings, connectors, people and applications that an operator keeps in version control.
pub mod bootstrap;
/// The command line.
pub mod cli;
/// What is decided before the program starts.
pub mod config;
/// How messages leave the building.
pub mod connectors;
/// What may happen: journeys and rules.
pub mod domain;
/// What the outside sees.
pub mod http;
/// Words in the visitor's language.
pub mod i18n;
/// What happens on a clock.
pub mod jobs;
/// Nouns: identifiers, codes, people, messages, errors.
pub mod model;
/// The HTTP server.
pub mod server;
/// Memory: SQL for SQLite and PostgreSQL, one text for both.
pub mod store;

/// The name on pages and messages until an operator chooses another.
pub const PRODUCT: &str = "Rekey";
