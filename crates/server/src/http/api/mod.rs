//! What all JSON APIs share: requests, bodies, responses and errors, without pages, flow state and cookies.
//! An error's `code` is part of the contract, and its `message` is for people, in the language that the
//! caller asked for.

/// The request and its bearer token.
pub mod api_request;
/// Names of captcha providers.
pub mod captcha;
/// Errors and responses.
pub mod error;
mod error_codes;
/// JSON bodies.
pub mod json;
mod refusals;
/// Bounds of bodies.
pub mod validation;

pub use crate::http::api::api_request::ApiRequest;
pub use crate::http::api::error::{ApiError, ApiResponse};
pub use crate::http::api::json::{MAX_BODY_BYTES, RequestWithJson};
pub use crate::http::api::validation::JsonObject;
