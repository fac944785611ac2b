//! What happens on a clock: messages leave, ended things are forgotten. Each job asks the domain what to do and is safe to run twice
//! and on several instances.

/// One message goes from connector to connector.
pub mod connector_failover;
/// Messages leave.
pub mod deliver_messages;
/// How long a delivery takes.
pub mod delivery_timing;
/// Changed settings come into force.
pub mod reload_settings;
/// Starts the jobs and stops them.
pub mod runner;
/// Apps hear that a session ended.
pub mod send_back_channel_logouts;
/// Tells hooks what happened.
pub mod send_webhooks;
