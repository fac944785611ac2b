//! The error page.

use askama::Template;

use rekey_server::http::html::page::Page;
use rekey_server::http::html::page::error::{ErrorContent, ErrorKind};

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
    /// The public address, where the page has to be opened.
    pub address: Option<String>,
    /// What is wrong, for the developer of the application.
    pub detail: Option<String>,
}

impl From<ErrorContent> for ErrorView {
    fn from(content: ErrorContent) -> Self {
        let ErrorContent { page, kind, request_id, wait, back, address, detail } = content;
        Self { page, kind, request_id, wait, back, address, detail }
    }
}

impl ErrorView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let view = |kind, wait, back| {
            let request_id = "01JQ7Z8M3X".to_owned();
            Self { page: page.clone(), kind, request_id, wait, back, address: None, detail: None }
        };
        let kind = |name, kind, wait, back| (name, view(kind, wait, back));
        let detail = Some("invalid_request: redirect_uri is not registered for this client".to_owned());
        let address = Some("https://id.example.com/".to_owned());
        vec![
            ("wrong-address", Self { address, ..view(ErrorKind::WrongAddress, None, None) }),
            kind("cookies", ErrorKind::CookiesOff, None, Some("/sign-in")),
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
            ErrorKind::CookiesOff => "error-cookies-title",
            ErrorKind::WrongAddress => "error-wrong-address-title",
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
            ErrorKind::CookiesOff => "error-cookies",
            ErrorKind::WrongAddress => "error-wrong-address",
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
        match self.kind {
            ErrorKind::Stale | ErrorKind::CookiesOff => "start-again",
            _ => "error-back",
        }
    }

    /// Whether the request id is useful to support.
    const fn is_ours(&self) -> bool {
        matches!(self.kind, ErrorKind::Failed | ErrorKind::Unavailable)
    }
}
