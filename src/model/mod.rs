//! Nouns: what things are. Parsing lives here, so that what has a type is known to be well-formed. No SQL, no HTTP, no await.

pub mod connector;
pub mod error;
pub mod message;
pub mod policy;
pub mod secret;
pub mod time;
