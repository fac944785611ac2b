//! The outside: one folder per audience. A face parses, asks the domain, and says the answer. The URL map is the
//! folder `map`: one screen for each audience.

/// JSON for the signed-in person's apps.
pub mod account;
/// What every face shares.
pub mod common;
/// The inbox and the gallery: development only.
pub mod dev;
/// JSON for people who build their own screens.
pub mod experience;
/// GraphQL for clients of the Contember Tenant API.
pub mod graphql;
/// What operators' machines ask: health and metrics.
pub mod health;
/// The words of mails and short messages.
pub mod mail;
/// JSON for operators' machines.
pub mod management;
/// What apps call, and where they send people.
pub mod oidc;
/// What the JSON faces answer, described.
pub mod openapi;
/// The pages people see.
pub mod pages;
/// Which address is whose.
pub mod routes;
/// JSON for the browser SDK.
pub mod sdk;

pub use self::routes::{mount, mount_operator};
