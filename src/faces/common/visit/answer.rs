//! How a visit is answered: with a page, the same page again and why, another page, an app, or a page for what went wrong. Failures are
//! logged here, once. The surprise: a page about an app's request carries its own policy, because its forms may end in that app.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, ContentType, HeaderValue, LOCATION, RETRY_AFTER,
};
use askama::Template;

use crate::app::store_failure;
use crate::faces::common::page::error::{ErrorKind, ErrorView};
use crate::faces::common::policy;
use crate::faces::common::request_id::RequestId;
use crate::model::error::{Error, Refusal};
use crate::model::oidc::fault::Fault;

use super::{Reply, Visit};

impl Visit {
    /// The page, as an answer that went well.
    pub fn show(&self, view: &impl Template) -> Reply {
        self.html(StatusCode::OK, view)
    }

    /// The page for something that is no more.
    pub fn gone(&self, view: &impl Template) -> Reply {
        self.html(StatusCode::GONE, view)
    }

    /// The page, whose forms may lead to this target as well.
    pub fn show_leading_to(&self, target: Option<&str>, view: &impl Template) -> Reply {
        let mut reply = self.show(view);
        if let Some(policy) = target.and_then(|target| HeaderValue::try_from(policy::leading_to(target)).ok())
        {
            reply.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        reply
    }

    /// The same page again with what was wrong: 422, or 429 and 503 with the time to wait.
    pub fn again(&self, refusal: &Refusal, view: &impl Template) -> Reply {
        let mut reply = self.html(status(refusal), view);
        wait(&mut reply, refusal.retry_after());
        reply
    }

    /// On to another page: 303, so that the browser forgets the body and the back button is safe (RFC 9700).
    pub fn go(&self, path: &str) -> Reply {
        HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
    }

    /// To the app that waits, outside of this site.
    pub fn leave(&self, address: &str) -> Reply {
        match HeaderValue::try_from(address) {
            Ok(address) => HttpResponse::SeeOther().insert_header((LOCATION, address)).finish(),
            Err(_) => self.error(ErrorKind::Failed, None, None),
        }
    }

    /// What is wrong with an app's request, for the person and for whoever mends the app. Nothing of it is sent anywhere.
    pub fn app_fault(&self, fault: &Fault) -> Reply {
        let request_id = RequestId::of(&self.request);
        let detail = Some(format!("{}: {}", fault.error.name(), fault.why));
        let view = ErrorView {
            page: self.page(),
            kind: ErrorKind::AppRequest,
            request_id,
            wait: None,
            back: None,
            detail,
        };
        self.html(StatusCode::BAD_REQUEST, &view)
    }

    /// A page for what is not about a form.
    pub fn error(&self, kind: ErrorKind, seconds: Option<i64>, back: Option<&'static str>) -> Reply {
        let request_id = RequestId::of(&self.request);
        let view = ErrorView { page: self.page(), kind, request_id, wait: seconds, back, detail: None };
        let mut reply = self.html(error_status(kind), &view);
        wait(&mut reply, seconds);
        reply
    }

    /// What a journey said no to where there is no form to say it at, or what failed. Failures are logged here, once.
    pub fn refuse(&self, error: &Error, back: &'static str) -> Reply {
        match error {
            Error::Refused(Refusal::Protocol(fault)) => self.app_fault(fault),
            Error::Refused(Refusal::NotFound) => self.error(ErrorKind::NotFound, None, None),
            Error::Refused(Refusal::Busy { retry_after }) => {
                self.error(ErrorKind::Busy, Some(*retry_after), Some(back))
            }
            Error::Refused(Refusal::BreachCheckDown { retry_after }) => {
                self.error(ErrorKind::Unavailable, Some(*retry_after), Some(back))
            }
            Error::Refused(Refusal::Throttled { retry_after } | Refusal::RecoveryWaits { retry_after }) => {
                self.error(ErrorKind::Throttled, Some(*retry_after), Some(back))
            }
            Error::Refused(_) => self.error(ErrorKind::Stale, None, Some(back)),
            Error::Failed(cause) => {
                tracing::error!(
                    request.id = RequestId::of(&self.request),
                    error = format!("{cause:#}"),
                    "a step failed"
                );
                match store_failure(cause) {
                    true => self.error(ErrorKind::Unavailable, Some(5), Some(back)),
                    false => self.error(ErrorKind::Failed, None, None),
                }
            }
        }
    }

    /// Where a form here may end, outside of this site: in the app. Chromium asks the policy about every hop after a post.
    fn target(&self) -> Option<String> {
        let journey = self.journey.borrow();
        let begins = || {
            let live = self.app.rekey.live();
            policy::target(live.app(journey.app.as_deref()?)?.initiate_login_uri.as_deref()?)
        };
        journey.interaction().map(|interaction| interaction.target.clone()).or_else(begins)
    }

    fn html(&self, status: StatusCode, view: &impl Template) -> Reply {
        match view.render() {
            Ok(body) => {
                let mut reply = HttpResponse::build(status);
                reply.insert_header(ContentType::html());
                reply.insert_header((CONTENT_LANGUAGE, self.words.lang().tag()));
                if let Some(target) = self.target() {
                    reply.insert_header((CONTENT_SECURITY_POLICY, policy::leading_to(&target)));
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

/// The status of a refused form. Exhaustive in the ones that wait; the rest is 422.
pub fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Throttled { .. } | Refusal::RecoveryWaits { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Busy { .. } | Refusal::BreachCheckDown { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
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

fn wait(reply: &mut Reply, seconds: Option<i64>) {
    if let Some(seconds) = seconds {
        reply.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
}
