//! The interfaces with templates: the pages, and what shows them. The others are in `rekey_server::http`.

/// The description of the JSON APIs as a page.
pub mod api_reference;
/// The inbox and the gallery: development only.
pub mod dev;
/// The pages.
pub mod pages;
/// The URL map.
pub mod routes;

pub use crate::http::routes::mount;
