//! Messages to users: what they say, and the outbox that keeps them until they are delivered. They are
//! rendered in `mail` and sent by `connectors`; texts that operators set are in `templates`.

pub(crate) mod enqueue;
pub mod links;
pub mod message;
pub mod outbox;
pub mod store;
pub mod template_type;
pub(crate) mod unreadable;
