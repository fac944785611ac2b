//! Recovery, sign-in and what belongs to them over GraphQL, at `/graphql` and `/tenant`, for clients of the Contember Tenant API. Who calls
//! is proved by a bearer before anything is read, and no cookie counts. The surprise: what a person may not do is a payload with
//! `ok: false` and status 200; only a query that nobody could answer has another.

/// What only operators ask.
mod admin;
/// Who calls.
mod authentication;
/// A query executed beside the workers.
mod execute;
/// What one query may cost.
mod limits;
/// A forgotten password.
mod password_reset;
/// Passwords of signed-in people, and those that an operator sets.
mod passwords;
/// The shapes that all payloads share.
mod payload;
/// Who there is.
mod people;
/// Everything that may be asked, and its printed form.
mod schema;
/// Signing in and out.
mod sessions;
/// New accounts.
mod sign_up;
/// Requests in, answers out.
mod transport;
/// What is wrong with a password.
mod weak_password;

pub use self::schema::sdl;
pub use self::transport::{execute_request, method_not_allowed};
