//! What Rekey meets the outside with, beside HTTP, and what it is given to run: connectors, configuration,
//! bootstrap file and translations. It knows the types of the core, and nothing of the web server.

/// The bootstrap file: settings, connectors, users and applications that an operator keeps in version
/// control.
pub mod bootstrap;
/// The configuration, read before the program starts.
pub mod config;
/// Connectors, which send messages by email and SMS.
pub mod connectors;
/// Translations.
pub mod i18n;
/// Checks of files and directories that change nothing.
pub mod writable;
