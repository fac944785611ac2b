//! The error page. It never shows the text of an internal error.

use actix_web::http::StatusCode;
use askama::Template;

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
            Self::Stale => StatusCode::FORBIDDEN,
            Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The error page, for any path.
#[derive(Clone, Template)]
#[template(path = "pages/error.html")]
pub struct ErrorView {
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
    /// What is wrong, for the developer of the application.
    pub detail: Option<String>,
}

impl ErrorView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let view = |kind, wait, back| {
            let request_id = "01JQ7Z8M3X".to_owned();
            Self { page: page.clone(), kind, request_id, wait, back, detail: None }
        };
        let kind = |name, kind, wait, back| (name, view(kind, wait, back));
        let detail = Some("invalid_request: redirect_uri is not registered for this client".to_owned());
        vec![
            ("app-request", Self { detail, ..view(ErrorKind::AppRequest, None, None) }),
            kind("not-found", ErrorKind::NotFound, None, None),
            kind("method-not-allowed", ErrorKind::MethodNotAllowed, None, None),
            kind("too-large", ErrorKind::TooLarge, None, None),
            kind("malformed", ErrorKind::Malformed, None, None),
            kind("stale", ErrorKind::Stale, None, Some("/forgot-password")),
            kind("throttled", ErrorKind::Throttled, Some(120), Some("/sign-in")),
            kind("busy", ErrorKind::Busy, Some(5), Some("/sign-in")),
            kind("failed", ErrorKind::Failed, None, None),
            kind("unavailable", ErrorKind::Unavailable, Some(30), None),
        ]
    }

    /// The locale key of the title.
    const fn title(&self) -> &'static str {
        match self.kind {
            ErrorKind::NotFound => "error-not-found-title",
            ErrorKind::MethodNotAllowed => "error-method-not-allowed-title",
            ErrorKind::TooLarge => "error-too-large-title",
            ErrorKind::Malformed => "error-malformed-title",
            ErrorKind::Stale => "error-stale-title",
            ErrorKind::Throttled => "error-throttled-title",
            ErrorKind::Busy => "error-busy-title",
            ErrorKind::AppRequest => "error-app-request-title",
            ErrorKind::Failed => "error-failed-title",
            ErrorKind::Unavailable => "error-unavailable-title",
        }
    }

    /// The locale key of the advice.
    const fn advice(&self) -> &'static str {
        match self.kind {
            ErrorKind::NotFound => "error-not-found",
            ErrorKind::MethodNotAllowed => "error-method-not-allowed",
            ErrorKind::TooLarge => "error-too-large",
            ErrorKind::Malformed => "error-malformed",
            ErrorKind::Stale => "error-stale",
            ErrorKind::Throttled => "error-throttled",
            ErrorKind::Busy => "error-busy",
            ErrorKind::AppRequest => "error-app-request",
            ErrorKind::Failed => "error-failed",
            ErrorKind::Unavailable => "error-unavailable",
        }
    }

    /// The link back to the application whose request is invalid.
    fn start(&self) -> Option<(&str, &str)> {
        let app = self.page.app.as_ref().filter(|_| self.kind == ErrorKind::AppRequest)?;
        Some((app.name.as_str(), app.start.as_deref()?))
    }

    fn back_label(&self) -> &'static str {
        if self.kind == ErrorKind::Stale { "start-again" } else { "error-back" }
    }

    /// Whether the request id is useful to support.
    const fn is_ours(&self) -> bool {
        matches!(self.kind, ErrorKind::Failed | ErrorKind::Unavailable)
    }
}
