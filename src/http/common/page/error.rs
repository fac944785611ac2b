//! The page for everything that went wrong around a form. It never shows what the error said to us.

use askama::Template;

use crate::http::common::page::Page;

/// What kind of wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nothing is here.
    NotFound,
    /// Something is here, but not for this method.
    MethodNotAllowed,
    /// More was sent than we read.
    TooLarge,
    /// What was sent cannot be read.
    Malformed,
    /// The page was open too long; `back` starts again with what was typed.
    Stale,
    /// Too many requests.
    Throttled,
    /// The queue for hashing is full.
    Busy,
    /// An app sent the person here with a request that can't be answered.
    AppRequest,
    /// Our fault.
    Failed,
    /// Something we need is down.
    Unavailable,
}

/// Any address, with a status that is not a success.
#[derive(Clone, Template)]
#[template(path = "pages/error.html")]
pub struct ErrorView {
    /// The frame.
    pub page: Page,
    /// What kind of wrong.
    pub kind: ErrorKind,
    /// What to tell support.
    pub request_id: String,
    /// Seconds to wait, where waiting helps.
    pub wait: Option<i64>,
    /// Where to go on.
    pub back: Option<&'static str>,
    /// What is wrong, for whoever mends the app.
    pub detail: Option<String>,
}

impl ErrorView {
    /// Every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let kind = |name, kind, wait, back| {
            (
                name,
                Self {
                    page: page.clone(),
                    kind,
                    request_id: "01JQ7Z8M3X".to_owned(),
                    wait,
                    back,
                    detail: None,
                },
            )
        };
        let mut app_request = kind("app-request", ErrorKind::AppRequest, None, None);
        app_request.1.detail =
            Some("invalid_request: redirect_uri is not registered for this client".to_owned());
        vec![
            app_request,
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

    /// What happened, as a locale key.
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

    /// What to do about it, as a locale key.
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

    /// The way back into the app whose request can't be answered.
    fn start(&self) -> Option<(&str, &str)> {
        let app = self.page.app.as_ref().filter(|_| self.kind == ErrorKind::AppRequest)?;
        Some((app.name.as_str(), app.start.as_deref()?))
    }

    fn back_label(&self) -> &'static str {
        if self.kind == ErrorKind::Stale { "start-again" } else { "error-back" }
    }

    /// Whether the number of the request helps anybody.
    const fn is_ours(&self) -> bool {
        matches!(self.kind, ErrorKind::Failed | ErrorKind::Unavailable)
    }
}
