//! Responses to page requests: a page, the same page with an error, a redirect, or an error page. Internal
//! errors are logged here, once. A page about an application's request has its own content security policy,
//! because its forms may redirect to that application.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, ContentType, HeaderValue, LOCATION, RETRY_AFTER,
};
use askama::Template;

use crate::app::is_store_failure;
use crate::http::html::page::error::{ErrorKind, ErrorView};
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::middleware::content_security_policy;
use crate::http::middleware::request_id::HttpRequestId;
use crate::http::middleware::request_log::log_failure;
use rekey_core::types::error::oauth_error::ProtocolError;
use rekey_core::types::error::{Error, Refusal};

impl PageRequest {
    /// The page with status 200.
    pub fn ok(&self, view: &impl Template) -> PageResponse {
        self.render_html(StatusCode::OK, view)
    }

    /// The page with status 410.
    pub fn gone_page(&self, view: &impl Template) -> PageResponse {
        self.render_html(StatusCode::GONE, view)
    }

    /// The page, whose forms may also redirect to this target.
    pub fn ok_with_form_action(&self, target: Option<&str>, view: &impl Template) -> PageResponse {
        let mut reply = self.ok(view);
        if let Some(policy) = target
            .and_then(|target| HeaderValue::try_from(content_security_policy::with_form_action(target)).ok())
        {
            reply.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        reply
    }

    /// The same page with the error: 422, or 429 and 503 with the time to wait.
    pub fn rerender(&self, refusal: &Refusal, view: &impl Template) -> PageResponse {
        let mut reply = self.render_html(refusal_status(refusal), view);
        set_retry_after(&mut reply, refusal.retry_after());
        reply
    }

    /// Redirects to another page with 303, so that the browser drops the body and the back button is safe
    /// (RFC 9700).
    pub fn redirect(&self, path: &str) -> PageResponse {
        HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
    }

    /// Redirects to the waiting application, outside this site.
    pub fn redirect_external(&self, address: &str) -> PageResponse {
        match HeaderValue::try_from(address) {
            Ok(address) => HttpResponse::SeeOther().insert_header((LOCATION, address)).finish(),
            Err(_) => self.error_page(ErrorKind::Failed, None, None),
        }
    }

    /// The error page for an invalid request of an application, for the user and the application's developer.
    /// Nothing is sent to the application.
    pub fn oauth_error_page(&self, fault: &ProtocolError) -> PageResponse {
        let request_id = HttpRequestId::read(&self.request);
        let detail = Some(format!("{}: {}", fault.error.name(), fault.description));
        let view = ErrorView {
            page: self.page(),
            kind: ErrorKind::AppRequest,
            request_id,
            wait: None,
            back: None,
            detail,
        };
        self.render_html(StatusCode::BAD_REQUEST, &view)
    }

    /// The error page for errors that are not about a form.
    pub fn error_page(
        &self,
        kind: ErrorKind,
        seconds: Option<i64>,
        back: Option<&'static str>,
    ) -> PageResponse {
        let request_id = HttpRequestId::read(&self.request);
        let view = ErrorView { page: self.page(), kind, request_id, wait: seconds, back, detail: None };
        let mut reply = self.render_html(error_status(kind), &view);
        set_retry_after(&mut reply, seconds);
        reply
    }

    /// The response to a refusal that belongs to no form, or to an internal error. Internal errors are logged
    /// here, once.
    pub fn error_response(&self, error: &Error, back: &'static str) -> PageResponse {
        match error {
            Error::Refused(Refusal::Protocol(fault)) => self.oauth_error_page(fault),
            Error::Refused(Refusal::NotFound) => self.error_page(ErrorKind::NotFound, None, None),
            Error::Refused(Refusal::Busy { retry_after }) => {
                self.error_page(ErrorKind::Busy, Some(*retry_after), Some(back))
            }
            Error::Refused(Refusal::BreachCheckUnavailable { retry_after }) => {
                self.error_page(ErrorKind::Unavailable, Some(*retry_after), Some(back))
            }
            Error::Refused(Refusal::Throttled { retry_after } | Refusal::RecoveryDelayed { retry_after }) => {
                self.error_page(ErrorKind::Throttled, Some(*retry_after), Some(back))
            }
            Error::Refused(_) => self.error_page(ErrorKind::Stale, None, Some(back)),
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

    /// The target outside this site that a form may redirect to: the application. Chromium checks the policy
    /// on every redirect after a POST.
    fn form_action(&self) -> Option<String> {
        let journey = self.flow_state.borrow();
        let begins = || {
            let live = self.app.core.snapshot();
            content_security_policy::form_action_source(
                live.app(journey.app.as_deref()?)?.initiate_login_uri.as_deref()?,
            )
        };
        journey.current_pending().map(|interaction| interaction.target.clone()).or_else(begins)
    }

    fn render_html(&self, status: StatusCode, view: &impl Template) -> PageResponse {
        match view.render() {
            Ok(body) => {
                let mut reply = HttpResponse::build(status);
                reply.insert_header(ContentType::html());
                reply.insert_header((CONTENT_LANGUAGE, self.translations.lang().tag()));
                if let Some(target) = self.form_action() {
                    reply.insert_header((
                        CONTENT_SECURITY_POLICY,
                        content_security_policy::with_form_action(&target),
                    ));
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

/// The status for a refused form.
#[expect(clippy::too_many_lines, reason = "a line for each, so that none is forgotten")]
pub const fn refusal_status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Throttled { .. } | Refusal::RecoveryDelayed { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Busy { .. } | Refusal::BreachCheckUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::IdentifierMalformed
        | Refusal::IdentifierHidden
        | Refusal::UsernameMixed
        | Refusal::IdentifierUnreachable
        | Refusal::RecoveryDisabled
        | Refusal::SignInDisabled
        | Refusal::SignUpDisabled
        | Refusal::InvalidCredentials
        | Refusal::CodeWrong { .. }
        | Refusal::CodeSuperseded { .. }
        | Refusal::CodeMalformed
        | Refusal::CodeExpired
        | Refusal::CodeExhausted
        | Refusal::RequestEnded
        | Refusal::CodesBlocked
        | Refusal::PasswordBlocked
        | Refusal::LinkExpired
        | Refusal::LinkUsed
        | Refusal::LinkSuperseded
        | Refusal::LinkUnknown
        | Refusal::NumberWrong { .. }
        | Refusal::GrantInvalid
        | Refusal::PasswordWeak(_)
        | Refusal::SamePassword
        | Refusal::WrongCurrentPassword
        | Refusal::EmailTaken
        | Refusal::PhoneTaken
        | Refusal::UsernameTaken
        | Refusal::SettingsInvalid(_)
        | Refusal::UserRequired
        | Refusal::Protocol(_)
        | Refusal::Duplicate
        | Refusal::PasswordAndDigest
        | Refusal::PasswordAlgorithmMissing
        | Refusal::WebhookEventsMissing
        | Refusal::Connector(_)
        | Refusal::Account(_)
        | Refusal::Captcha(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

const fn error_status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::Malformed | ErrorKind::AppRequest => StatusCode::BAD_REQUEST,
        ErrorKind::Stale => StatusCode::FORBIDDEN,
        ErrorKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Busy | ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn set_retry_after(reply: &mut PageResponse, seconds: Option<i64>) {
    if let Some(seconds) = seconds {
        reply.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
}
