//! Responses to page requests: a page, the same page with an error, or an error page. Internal
//! errors are logged here, once. A page about an application's request has its own content security policy,
//! because its forms lead to that application.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, ContentType, HeaderValue, RETRY_AFTER,
};
use askama::Template;

use crate::app::is_store_failure;
use crate::http::html::page::error::{ErrorContent, ErrorKind};
use crate::http::html::page::form_error::RefusedForm;
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::middleware::content_security_policy::APP_POLICY;
use crate::http::middleware::request_log::{HttpRequestId, log_failure};
use rekey_core::types::error::oauth_error::ProtocolError;
use rekey_core::types::error::{Error, Refusal};

/// What nearly every page fits into, in bytes.
const PAGE_CAPACITY: usize = 16 * 1024;

impl PageRequest {
    /// The page with status 200.
    pub fn ok(&self, view: &impl Template) -> PageResponse {
        self.render_html(StatusCode::OK, view)
    }

    /// The page with status 410.
    pub fn gone_page(&self, view: &impl Template) -> PageResponse {
        self.render_html(StatusCode::GONE, view)
    }

    /// The page with status 404.
    pub fn not_found_page(&self, view: &impl Template) -> PageResponse {
        self.render_html(StatusCode::NOT_FOUND, view)
    }

    /// The page, whose forms lead to an application.
    pub fn ok_leaving(&self, view: &impl Template) -> PageResponse {
        let mut reply = self.ok(view);
        reply.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(APP_POLICY));
        reply
    }

    /// The same page with the error: 422, or 429 and 503 with the time to wait.
    pub fn rerender(&self, refusal: &Refusal, view: &impl Template) -> PageResponse {
        let mut reply = self.render_html(RefusedForm::from_refusal(refusal).status, view);
        set_retry_after(&mut reply, refusal.retry_after());
        reply
    }

    /// The error page for an invalid request of an application, for the user and the application's developer.
    /// Nothing is sent to the application.
    pub fn oauth_error_page(&self, fault: &ProtocolError) -> PageResponse {
        let detail = Some(format!("{}: {}", fault.error.name(), fault.description));
        let content = ErrorContent { detail, ..self.error_content(ErrorKind::AppRequest, None, None) };
        self.render_error(content)
    }

    /// The error page for errors that are not about a form.
    pub fn error_page(
        &self,
        kind: ErrorKind,
        seconds: Option<i64>,
        back: Option<&'static str>,
    ) -> PageResponse {
        let mut reply = self.render_error(self.error_content(kind, seconds, back));
        set_retry_after(&mut reply, seconds);
        reply
    }

    /// The page for a form whose request has ended: finished, expired, or dropped because too many were open.
    /// It leads back to the application of that form.
    pub fn ended_page(&self, app_id: Option<&str>) -> PageResponse {
        let mut content = self.error_content(ErrorKind::Ended, None, None);
        content.page.app = app_id.and_then(|id| self.link_to_app(id));
        self.render_error(content)
    }

    fn error_content(&self, kind: ErrorKind, wait: Option<i64>, back: Option<&'static str>) -> ErrorContent {
        let request_id = HttpRequestId::read(&self.request);
        let address = (kind == ErrorKind::WrongAddress).then(|| format!("{}/", self.app.site.origin));
        ErrorContent { page: self.page(), kind, request_id, wait, back, address, detail: None }
    }

    /// The response to a refusal that belongs to no form, or to an internal error. Internal errors are logged
    /// here, once.
    pub fn error_response(&self, error: &Error, back: &'static str) -> PageResponse {
        match error {
            Error::Refused(Refusal::Protocol(fault)) => self.oauth_error_page(fault),
            Error::Refused(refusal) => {
                let kind = error_kind(refusal);
                let back = (kind != ErrorKind::NotFound).then_some(back);
                self.error_page(kind, refusal.retry_after(), back)
            }
            Error::Failed(cause) => {
                log_failure(cause);
                if is_store_failure(cause) {
                    self.error_page(ErrorKind::Unavailable, Some(5), Some(back))
                } else {
                    self.error_page(ErrorKind::Failed, None, None)
                }
            }
        }
    }

    /// Whether a form of this page can lead to an application: to the pending request's or to the start URL.
    fn leads_to_app(&self) -> bool {
        let flow_state = self.flow_state.borrow();
        let snapshot = self.app.core.snapshot();
        let app = || snapshot.app(flow_state.app.as_deref()?);
        flow_state.current_pending().is_some() || app().is_some_and(|app| app.initiate_login_uri.is_some())
    }

    fn render_error(&self, content: ErrorContent) -> PageResponse {
        self.html_response(content.kind.status(), self.app.renderer.error_page(content))
    }

    fn render_html(&self, status: StatusCode, view: &impl Template) -> PageResponse {
        // Askama's estimate leaves out the texts; a buffer that grows is copied.
        let mut html = String::with_capacity(PAGE_CAPACITY);
        self.html_response(status, view.render_into(&mut html).map(|()| html).map_err(anyhow::Error::from))
    }

    pub(super) fn html_response(&self, status: StatusCode, html: anyhow::Result<String>) -> PageResponse {
        match html {
            Ok(body) => {
                let mut reply = HttpResponse::build(status);
                reply.insert_header(ContentType::html());
                reply.insert_header((CONTENT_LANGUAGE, self.translations.lang().tag()));
                if self.leads_to_app() {
                    reply.insert_header((CONTENT_SECURITY_POLICY, APP_POLICY));
                }
                reply.body(body)
            }
            Err(error) => {
                tracing::error!(%error, "a page can't be rendered");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

/// The page for a refusal that belongs to no form.
const fn error_kind(refusal: &Refusal) -> ErrorKind {
    match refusal {
        Refusal::NotFound => ErrorKind::NotFound,
        Refusal::Busy { .. } => ErrorKind::Busy,
        Refusal::BreachCheckUnavailable { .. } => ErrorKind::Unavailable,
        Refusal::Throttled { .. } | Refusal::RecoveryDelayed { .. } => ErrorKind::Throttled,
        _ => ErrorKind::Stale,
    }
}

fn set_retry_after(reply: &mut PageResponse, seconds: Option<i64>) {
    if let Some(seconds) = seconds {
        reply.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
}
