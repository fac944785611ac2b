//! What the error page shows. It never shows the text of an internal error.

use actix_web::http::StatusCode;

use crate::http::html::page::Page;

/// The kind of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The page does not exist.
    NotFound,
    /// The method is not supported.
    MethodNotAllowed,
    /// The request is too large.
    TooLarge,
    /// The request cannot be parsed.
    Malformed,
    /// The page was open too long; `back` starts again with the entered identifier.
    Stale,
    /// The browser sent no cookie back: it keeps none, or was closed meanwhile.
    CookiesOff,
    /// The page was opened by another address than the public one.
    WrongAddress,
    /// Too many requests.
    Throttled,
    /// The queue for password hashing is full.
    Busy,
    /// An application sent the user here with an invalid request.
    AppRequest,
    /// An internal error.
    Failed,
    /// A dependency is down.
    Unavailable,
}

impl ErrorKind {
    /// The status of the page.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed | Self::AppRequest => StatusCode::BAD_REQUEST,
            Self::Stale | Self::CookiesOff | Self::WrongAddress => StatusCode::FORBIDDEN,
            Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// What the error page shows, for any path.
#[derive(Clone)]
pub struct ErrorContent {
    /// The page context.
    pub page: Page,
    /// The kind of error.
    pub kind: ErrorKind,
    /// The request id to give to support.
    pub request_id: String,
    /// Seconds to wait, if waiting helps.
    pub wait: Option<i64>,
    /// The path of the button.
    pub back: Option<&'static str>,
    /// The public address, where the page has to be opened.
    pub address: Option<String>,
    /// What is wrong, for the developer of the application.
    pub detail: Option<String>,
}
