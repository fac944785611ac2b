//! What every JSON face shares: the call, the body, the answer. There are no pages, no journey and no cookies here. The surprise: an
//! error's `code` is contract and its `message` is for people, in the language that the caller asked for.

/// What is answered.
pub mod answer;
/// Whose token it is said to be.
pub mod bearer;
/// What was sent.
pub mod body;
/// Who calls.
pub mod call;
/// Providers of a captcha by name.
pub mod captcha;

pub use answer::{Answer, ApiError};
pub use body::{Json, LARGEST};
pub use call::Call;
