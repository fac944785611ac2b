//! Nouns: what things are. Parsing lives here, so that what has a type is known to be well-formed. No SQL, no HTTP, no await.

pub mod app;
pub mod connector;
pub mod error;
pub mod keys;
pub mod message;
pub mod policy;
pub mod secret;
pub mod settings;
mod settings_check;
pub mod throttle_settings;
pub mod time;
