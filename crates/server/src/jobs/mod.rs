//! Background jobs: sending messages, webhooks and logouts, reloading settings, and deleting expired rows.
//! Each job asks the core what to do and is safe to run twice and on several instances.

/// Delivers messages from the outbox.
pub mod deliver_messages;
/// The timing of deliveries.
pub mod delivery_timing;
/// Activates changed settings, re-encrypts and deletes old rows.
pub mod maintenance;
/// Starts the jobs and stops them.
pub mod runner;
/// Sends back-channel logouts.
pub mod send_back_channel_logouts;
/// Renders one message and sends it with the first connector that accepts it.
pub mod send_message;
/// Sends webhooks.
pub mod send_webhooks;
