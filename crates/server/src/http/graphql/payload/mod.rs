//! Types that all payloads share, the scalars, and errors outside a payload. Payloads are defined by a macro,
//! because they differ only in the names of their types.

mod scalars;

use async_graphql::{Error, ErrorExtensions as _};

use crate::http::middleware::request_log::log_failure;
use rekey_core::types::error::Error as Fault;

pub use crate::http::graphql::payload::scalars::{DateTime, Interval, Json};

/// Marks an internal error; the response reveals nothing else of it.
pub(super) const INTERNAL: &str = "InternalServerError";

/// Defines a payload and its error: `response!(doc, Payload, PayloadError, PayloadErrorCode { additional
/// payload fields } { additional error fields })`.
macro_rules! response {
    (
        $doc:literal, $response:ident, $error:ident, $code:ident
        { $($field:ident : $type:ty = $says:literal),* } { $($more:ident : $kind:ty = $tells:literal),* }
    ) => {
        #[doc = $doc]
        #[derive(async_graphql::SimpleObject)]
        pub struct $response {
            /// Whether it succeeded.
            pub ok: bool,
            /// The error as a list.
            #[graphql(deprecation = "Use `error`.")]
            pub errors: Vec<$error>,
            /// The error.
            pub error: Option<$error>,
            $(#[doc = $says] pub $field: Option<$type>,)*
        }

        #[doc = concat!("Why there is no success: ", $doc)]
        #[derive(Clone, async_graphql::SimpleObject)]
        pub struct $error {
            /// The stable code.
            pub code: $code,
            /// A message for developers.
            pub developer_message: String,
            /// Always null.
            #[graphql(deprecation = "Words for people are the client's.")]
            pub end_user_message: Option<String>,
            $(#[doc = $tells] pub $more: Option<$kind>,)*
        }

        impl $response {
            /// A success.
            pub fn done() -> Self {
                Self { ok: true, errors: Vec::new(), error: None, $($field: None,)* }
            }

            /// A refusal.
            pub fn refused(error: $error) -> Self {
                Self { ok: false, errors: vec![error.clone()], error: Some(error), $($field: None,)* }
            }
        }

        impl $error {
            /// An error with this code and message.
            pub fn new(code: $code, message: impl Into<String>) -> Self {
                Self { code, developer_message: message.into(), end_user_message: None, $($more: None,)* }
            }
        }

        impl From<$error> for $response {
            fn from(error: $error) -> Self {
                Self::refused(error)
            }
        }
    };
}
pub(super) use response;

/// An error with `extensions.code`.
pub(super) fn error_with_code(code: &str, message: &str) -> Error {
    Error::new(message).extend_with(|_, more| more.set("code", code))
}

/// The error for a caller that is not allowed to do this.
pub(super) fn forbidden(what: &str) -> Error {
    error_with_code("ForbiddenError", &format!("You are not allowed to {what}"))
}

/// The error for invalid input.
pub(super) fn invalid_input(message: &str) -> Error {
    error_with_code("UserInputError", message)
}

/// Converts what no payload code stands for: a wait, an operation that the settings forbid, or an internal
/// error, which is logged here, once.
pub(super) fn to_graphql_error(error: &Fault) -> Error {
    match error {
        Fault::Refused(refusal) => {
            let message = format!("This can't be done now: {}", refusal.code());
            error_with_code("Unavailable", &message).extend_with(|_, more| {
                if let Some(seconds) = refusal.retry_after() {
                    more.set("retryAfter", seconds);
                }
            })
        }
        Fault::Failed(cause) => {
            log_failure(cause);
            error_with_code(INTERNAL, "Internal server error")
        }
    }
}

/// Seconds as a GraphQL `Int`.
pub(super) fn clamp_seconds(wait: i64) -> i32 {
    i32::try_from(wait).unwrap_or(i32::MAX)
}
