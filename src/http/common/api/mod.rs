//! What every JSON face shares: the call, the body, the answer. There are no pages, no journey and no cookies here. The surprise: an
//! error's `code` is contract and its `message` is for people, in the language that the caller asked for.

/// Who calls.
pub mod api_request;
/// Whose token it is said to be.
pub mod bearer;
/// Providers of a captcha by name.
pub mod captcha;
/// What is answered.
pub mod error;
/// What was sent.
pub mod json;

pub use api_request::ApiRequest;
pub use error::{ApiError, ApiResponse};
pub use json::{Json, MAX_BODY_BYTES};
