//! The server of Rekey without its templates: its state, its jobs, the JSON and GraphQL APIs, and what every
//! interface shares. What renders templates is passed in ([`app::Renderer`]), so that an edit of a template
//! does not compile this crate again.

/// The long-lived state of the program, built once.
pub mod app;
/// The HTTP interfaces without pages, one folder for each audience.
pub mod http;
/// Background jobs.
pub mod jobs;
