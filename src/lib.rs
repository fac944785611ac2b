//! Rekey, the sign-in page you host yourself, built around account recovery.
//!
//! The layers from the outside in: [`http`] holds the HTTP interfaces, [`domain`] the rules, [`store`] the
//! SQL and [`model`] the types. [`jobs`] run the domain in the background, and [`connectors`] send messages.

/// The long-lived state of the program, built once.
pub mod app;
/// The bootstrap file: settings, connectors, users and applications that an operator keeps in version
/// control.
pub mod bootstrap;
/// The command line.
pub mod cli;
/// The configuration, read before the program starts.
pub mod config;
/// Connectors, which send messages by email and SMS.
pub mod connectors;
/// The domain: flows and rules.
pub mod domain;
/// The HTTP interfaces.
pub mod http;
/// Translations.
pub mod i18n;
/// Background jobs.
pub mod jobs;
/// Types: identifiers, codes, users, messages, errors.
pub mod model;
/// The HTTP server.
pub mod server;
/// The store: SQL for SQLite and PostgreSQL, one text for both.
pub mod store;

/// The name on pages and in messages until the operator sets a brand.
pub const PRODUCT: &str = "Rekey";
