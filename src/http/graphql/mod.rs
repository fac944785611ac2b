//! Recovery, sign-in and administration over GraphQL, at `/graphql` and `/tenant`, for clients of the
//! Contember Tenant API. The caller is authenticated by a bearer token before anything is read, and no cookie
//! is used. A refusal is a payload with `ok: false` and status 200; only an invalid query has another status.

/// Administration.
mod admin;
/// Authentication.
mod authentication;
/// Execution on separate threads.
mod execute;
/// Limits on the cost of a query.
mod limits;
/// Password reset.
mod password_reset;
/// Changing one's own password, and setting a user's.
mod passwords;
/// Types that all payloads share.
mod payload;
/// Users.
mod people;
/// The schema and its printed form.
mod schema;
/// Sign-in and sign-out.
mod sessions;
/// Sign-up.
mod sign_up;
/// Requests and responses.
mod transport;
/// Violations of the password policy.
mod weak_password;

pub use crate::http::graphql::schema::sdl;
pub use crate::http::graphql::transport::{execute_request, method_not_allowed};
