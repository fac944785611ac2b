//! Codes, tokens and client secrets: who gets them, what they are good for, and when they end.

mod authorization_codes;
mod client_authentication;
mod client_credentials;
mod refresh_tokens;
mod resources;
mod revocation;
mod signing_keys;
