//! What happens on a clock: messages leave, ended things are forgotten. Each job asks the domain what to do and is safe to run twice
//! and on several instances.

/// Messages leave.
pub mod deliver_messages;
/// Changed settings come into force.
pub mod follow_settings;
/// One message goes from connector to connector.
pub mod hand_over;
/// How long a delivery takes.
pub mod pace;
/// Starts the jobs and stops them.
pub mod runner;
/// Apps hear that a session ended.
pub mod tell_apps;
/// Tells hooks what happened.
pub mod tell_hooks;
