//! Nouns: what things are. Parsing lives here, so that what has a type is known to be well-formed. No SQL, no
//! HTTP, no await.

pub mod api_key;
pub mod app;
pub mod caller;
pub mod code;
pub mod connector;
pub mod email;
pub mod error;
pub mod event;
pub mod identifier;
pub mod ids;
pub mod keys;
pub mod logto_log_key;
pub mod message;
pub mod oidc;
pub mod parse_error;
pub mod password;
pub mod phone;
pub mod policy;
pub mod recovery;
pub mod secret;
pub mod session;
pub mod settings;
pub mod signing;
pub mod template;
pub mod time;
pub mod user;
pub mod user_agent;
pub mod webhook;
