//! Everything that speaks HTTP, one folder for each audience. A handler parses the request, calls the core
//! and renders the response; it decides nothing. Its URL map is the folder `routes`, with one file for each
//! audience.

/// The Account API: JSON for the signed-in user's applications.
pub mod account_api;
/// What all JSON APIs share.
pub mod api;
/// The client's IP address and user agent.
pub mod client_ip;
/// The Experience API: JSON for custom sign-in screens.
pub mod experience_api;
/// GraphQL for clients of the Contember Tenant API.
pub mod graphql;
/// Health checks and metrics.
pub mod health;
/// What all pages share: page requests, forms, layout.
pub mod html;
/// The Management API: JSON for API clients.
pub mod management_api;
/// Middleware for every request.
pub mod middleware;
/// OpenID Connect.
pub mod oidc;
/// The OpenAPI description of the JSON APIs.
pub mod openapi;
/// The URL map.
pub mod routes;
/// JSON for the browser SDK.
pub mod sdk_api;
/// The HTTP server.
pub mod server;
