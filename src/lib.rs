//! Rekey, the sign-in page you host yourself, built around account recovery.
//!
//! An outer ring by audience, a core by subject: [`http`], [`mail`], [`jobs`] and [`connectors`] meet the
//! outside, and the crate [`rekey_core`] holds each subject's rules, types and SQL in one folder.

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
/// The HTTP interfaces, one folder for each audience.
pub mod http;
/// Translations.
pub mod i18n;
/// Background jobs.
pub mod jobs;
/// Rendering of emails and SMS.
pub mod mail;
