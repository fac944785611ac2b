//! What leaves: queued messages, webhooks and their deliveries, and templates.

mod outbox;
mod templates;
mod webhooks;
