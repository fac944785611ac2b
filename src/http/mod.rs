//! The HTTP interfaces, one folder per audience. A handler parses the request, calls the domain and renders
//! the response. The URL map is the folder `routes`, with one file for each audience.

/// The Account API: JSON for the signed-in user's applications.
pub mod account;
/// What all interfaces share.
pub mod common;
/// The inbox and the gallery: development only.
pub mod dev;
/// The Experience API: JSON for custom sign-in screens.
pub mod experience;
/// GraphQL for clients of the Contember Tenant API.
pub mod graphql;
/// Health checks and metrics.
pub mod health;
/// Rendering of emails and SMS.
pub mod mail;
/// The Management API: JSON for API clients.
pub mod management;
/// OpenID Connect.
pub mod oidc;
/// The OpenAPI description of the JSON APIs.
pub mod openapi;
/// The pages.
pub mod pages;
/// The URL map.
pub mod routes;
/// JSON for the browser SDK.
pub mod sdk;

pub use self::routes::{mount, mount_operator};
