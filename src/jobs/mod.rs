//! Background jobs: sending messages, webhooks and logouts, reloading settings, and deleting expired rows.
//! Each job asks the core what to do and is safe to run twice and on several instances.

/// Sends one message with the first connector that accepts it.
pub mod connector_failover;
/// Delivers messages from the outbox.
pub mod deliver_messages;
/// The timing of deliveries.
pub mod delivery_timing;
/// Activates changed settings, re-encrypts and deletes old rows.
pub mod maintenance;
/// Renders a message for a connector.
pub mod render_message;
/// Starts the jobs and stops them.
pub mod runner;
/// Sends back-channel logouts.
pub mod send_back_channel_logouts;
/// Sends webhooks.
pub mod send_webhooks;
