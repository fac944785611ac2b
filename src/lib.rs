//! Rekey, the sign-in page you host yourself, built around account recovery.
//!
//! An outer ring by audience, a core by subject. The crate [`rekey_core`] holds each subject's rules, types
//! and SQL in one folder; [`rekey_adapters`] has the connectors and the configuration, [`rekey_server`] the
//! server and the APIs. This crate has what is made of templates, pages and mails, and the command line,
//! which starts it all.

/// The command line.
pub mod cli;
/// Translations and static files.
pub mod embedded;
/// The pages.
pub mod http;
/// Rendering of emails and SMS.
pub mod mail;
/// What the crates below render.
pub mod renderer;
