//! The id and the root span of a request, and the line that its response leaves in the log. Nothing a client
//! writes gets into them: no address, query or body, and of an unknown path not even the path, in which a
//! token may be.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::RwLock;

use actix_web::dev::ServiceRequest;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage as _, HttpRequest};
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Level, Span};

use crate::http::routes::urls;
use rekey_core::types::ids::{self, UserId};
use rekey_core::types::secret::Rng;
use rekey_core::types::time::Timestamp;

/// The methods that are logged by their name; a client may invent others.
const KNOWN_METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
/// The name of any other method, as OpenTelemetry has it.
const OTHER_METHOD: &str = "_OTHER";
/// The route of a path that belongs to none.
const UNMATCHED: &str = "unmatched";
/// The routes that serve files and health checks.
const QUIET_ROUTES: [&str; 5] = [urls::STATIC, urls::SDK_FILE, "/health", "/ready", "/api/status"];

/// The id of a request, in its log lines, on its error page and in its `X-Request-Id`. It is always generated
/// here and never taken from the client, who could otherwise write into our logs.
#[derive(Clone, Debug)]
pub struct HttpRequestId(pub String);

impl HttpRequestId {
    /// Generates an id.
    pub fn generate(now: Timestamp, rng: &dyn Rng) -> Self {
        Self(ids::generate(now, rng, 14))
    }

    /// The id of this request; none before the outermost middleware assigned one.
    pub fn find(request: &HttpRequest) -> Option<String> {
        request.extensions().get::<Self>().map(|id| id.0.clone())
    }

    /// The same for showing it; empty if there is none.
    pub fn read(request: &HttpRequest) -> String {
        Self::find(request).unwrap_or_default()
    }
}

/// The span of a request that is being answered, and when it began.
pub(super) struct RequestLog {
    /// The root span.
    pub span: Span,
    begun: Instant,
    is_read: bool,
    is_quiet_route: bool,
}

/// What the log says about a response.
#[derive(Clone, Copy)]
pub(super) struct ResponseSummary {
    /// The status.
    pub status: StatusCode,
    /// Whether the body is a page.
    pub is_html: bool,
}

impl RequestLog {
    /// Opens the span. Its level is `error`, because a span below the configured level does not exist, and a
    /// failure would not name its request.
    pub(super) fn start(request: &ServiceRequest, id: &HttpRequestId) -> Self {
        let route = find_route(request);
        let span = tracing::error_span!(
            "request",
            http.method = method_name(request.method()),
            http.route = &*route,
            http.status_code = Empty,
            latency_ms = Empty,
            request.id = id.0,
            user.id = Empty,
            app.id = Empty,
        );
        Self {
            span,
            begun: Instant::now(),
            is_read: matches!(*request.method(), Method::GET | Method::HEAD),
            is_quiet_route: QUIET_ROUTES.contains(&&*route),
        }
    }

    /// Completes the span and writes the line: at `info`, or at `debug` for a plain page view. Where `debug`
    /// is off, nothing reads the span of a page view any more, and recording would cost a tenth of the page.
    pub(super) fn finish(self, response: ResponseSummary) {
        let is_page_view = self.is_page_view(response);
        if is_page_view && !tracing::enabled!(Level::DEBUG) {
            return;
        }
        let latency = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.span.record("http.status_code", response.status.as_u16()).record("latency_ms", latency);
        let _entered = self.span.enter();
        if is_page_view {
            tracing::debug!("answered");
        } else {
            tracing::info!("answered");
        }
    }

    /// Whether somebody only looked at a page or loaded a file. There are many of these, they change nothing,
    /// and the proxy in front logs them.
    fn is_page_view(&self, response: ResponseSummary) -> bool {
        let is_shown = matches!(response.status, StatusCode::OK | StatusCode::NOT_MODIFIED);
        let is_probe = self.is_quiet_route && response.status == StatusCode::NO_CONTENT;
        self.is_read && (is_probe || is_shown && (self.is_quiet_route || response.is_html))
    }
}

/// The pattern of the route that a path belongs to. Finding it among all routes costs a tenth of a page, so
/// the routes that are their own path are remembered; there are at most as many as routes.
fn find_route(request: &ServiceRequest) -> Cow<'_, str> {
    static PLAIN_ROUTES: RwLock<BTreeSet<String>> = RwLock::new(BTreeSet::new());
    let path = request.path();
    if PLAIN_ROUTES.read().is_ok_and(|known| known.contains(path)) {
        return Cow::Borrowed(path);
    }
    let Some(pattern) = request.match_pattern() else { return Cow::Borrowed(UNMATCHED) };
    if pattern == path
        && let Ok(mut known) = PLAIN_ROUTES.write()
    {
        known.insert(pattern.clone());
    }
    Cow::Owned(pattern)
}

fn method_name(method: &Method) -> &str {
    if KNOWN_METHODS.contains(method) { method.as_str() } else { OTHER_METHOD }
}

/// Records the user, for every later line of the request.
pub fn record_user(id: &UserId) {
    Span::current().record("user.id", id.as_str());
}

/// Records the app, for every later line of the request.
pub fn record_app(id: &str) {
    Span::current().record("app.id", id);
}

/// Logs an internal error with its causes. The span names the request and its route.
pub fn log_failure(cause: &anyhow::Error) {
    tracing::error!(error = format!("{cause:#}"), "the request failed");
}
