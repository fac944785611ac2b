//! The captcha of the pages. A form has one only where the settings currently require it; browsers without
//! scripts get a page to wait on instead. A page with a third-party script needs a wider content security
//! policy and is the only one that gets it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};
use serde::Deserialize;
use validator::Validate;

use crate::http::pages::views::{CaptchaView, CaptchaWaitView};
use rekey_core::captcha::{self, CaptchaResponse, WAIT_SECONDS};
use rekey_core::settings::captcha::CaptchaProvider;
use rekey_core::types::error::Result;
use rekey_core::types::time::Timestamp;
use rekey_server::http::api::error::api_error_response;
use rekey_server::http::api::{ApiError, ApiRequest};
use rekey_server::http::html::form::Form;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::middleware::content_security_policy;
use rekey_server::http::routes::urls::{self, Flow};

/// The captcha of this flow's form; `None` if none is required, or if the visitor has waited instead.
pub async fn load_view(request: &PageRequest, flow: Flow) -> Option<CaptchaView> {
    let has_waited = request.flow_state().waits_since.is_some_and(|since| seconds_left(request, since) == 0);
    let is_needed = captcha::is_required(request.context(), flow.captcha_action()).await;
    // If it cannot be determined the form shows a captcha: submitting it reports the error in any case.
    if has_waited || !is_needed.unwrap_or(true) {
        return None;
    }
    let snapshot = request.app.core.snapshot();
    let settings = &snapshot.settings.captcha;
    let provider = settings.provider?;
    let site_key = settings.site_key.clone().unwrap_or_default();
    let script = settings.script_url.clone().unwrap_or_else(|| provider.script_url().to_owned());
    let script = match provider {
        CaptchaProvider::Altcha => String::new(),
        CaptchaProvider::RecaptchaV3 => urls::with_query(&script, &[("render", Some(site_key.as_str()))]),
        _ => script,
    };
    let wait = urls::with_query(urls::CAPTCHA_WAIT, &[("to", Some(flow.event().name()))]);
    Some(CaptchaView { provider: provider.name(), site_key, script, target: flow.form_action(), wait })
}

fn seconds_left(request: &PageRequest, since: Timestamp) -> i64 {
    let end = since.plus_seconds(WAIT_SECONDS);
    if end > request.app.core.now() { end.seconds_after(request.app.core.now()) } else { 0 }
}

/// Checks the captcha. A visitor who has waited may submit one form.
pub async fn check(request: &PageRequest, flow: Flow, token: &str) -> Result<()> {
    let since = request.flow_state().waits_since;
    let shown = match since {
        Some(since) if token.is_empty() => CaptchaResponse::Waited(since),
        _ => CaptchaResponse::from_token(Some(token)),
    };
    captcha::check(request.context(), flow.captcha_action(), shown).await?;
    if since.is_some() {
        request.update_flow_state(|flow_state| flow_state.waits_since = None);
    }
    Ok(())
}

/// Adds a policy that allows the provider's script, if there is a captcha.
pub fn with_captcha_csp(mut reply: PageResponse, captcha: Option<&CaptchaView>) -> PageResponse {
    let Some(captcha) = captcha.filter(|captcha| !captcha.script.is_empty()) else { return reply };
    let before = reply.headers().get(CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    let wide = content_security_policy::with_captcha(
        before.unwrap_or(content_security_policy::DEFAULT_POLICY),
        captcha.provider,
        &captcha.script,
    );
    if let Ok(wide) = HeaderValue::try_from(wide) {
        reply.headers_mut().insert(CONTENT_SECURITY_POLICY, wide);
        // The provider's frames do not declare that they may be embedded, and would be blocked.
        let embedder = HeaderName::from_static("cross-origin-embedder-policy");
        reply.headers_mut().insert(embedder, HeaderValue::from_static("unsafe-none"));
    }
    reply
}

/// The fields of the button for browsers without scripts.
#[derive(Deserialize, Validate)]
pub struct WaitForm {
    #[serde(default)]
    identifier: String,
}

/// `POST /captcha/wait`: starts the wait and keeps the identifier.
pub async fn start_wait(request: PageRequest, form: Form<WaitForm>) -> PageResponse {
    let now = request.app.core.now();
    request.update_flow_state(|flow_state| {
        flow_state.remember_identifier(&form.0.identifier);
        flow_state.waits_since = Some(now);
    });
    request.redirect(&urls::with_query(
        urls::CAPTCHA_WAIT,
        &[("to", Some(target_flow(&request).event().name()))],
    ))
}

fn target_flow(request: &PageRequest) -> Flow {
    let to = request.query_param("to").unwrap_or_default();
    let flows = [Flow::ForgotPassword, Flow::SignIn, Flow::Register];
    flows.into_iter().find(|flow| flow.event().name() == to).unwrap_or_default()
}

/// `GET /captcha/wait`: shows the time left, and continues by itself.
pub async fn show(request: PageRequest) -> PageResponse {
    let flow = target_flow(&request);
    let Some(since) = request.flow_state().waits_since else { return request.redirect(flow.start_path()) };
    let seconds = seconds_left(&request, since);
    if seconds == 0 {
        return request.redirect(flow.start_path());
    }
    let again = urls::with_query(urls::CAPTCHA_WAIT, &[("to", Some(flow.event().name()))]);
    let refresh = format!("{}; url={again}", seconds + 1);
    let mut reply = request.ok(&CaptchaWaitView { page: request.page(), seconds, again });
    if let Ok(refresh) = HeaderValue::try_from(refresh) {
        reply.headers_mut().insert(HeaderName::from_static("refresh"), refresh);
    }
    reply
}

/// `GET /captcha/challenge`: a proof-of-work challenge in the ALTCHA protocol. It is not stored.
pub async fn challenge(call: ApiRequest) -> HttpResponse {
    let core = &call.app.core;
    if core.snapshot().settings.captcha.provider != Some(CaptchaProvider::Altcha) {
        return ApiError::new(StatusCode::NOT_FOUND, "request.not_found").into_response(&call);
    }
    match captcha::altcha::issue_challenge(call.context()) {
        Ok(challenge) => HttpResponse::Ok().json(challenge),
        Err(error) => api_error_response(&call, &error),
    }
}
