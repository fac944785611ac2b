//! Requesting a password reset. The response does not depend on the account; the identifier from the sign-in
//! page is filled in.

use serde::Deserialize;
use validator::Validate;

use crate::http::pages::entry::{self, captcha};
use crate::http::pages::link::one_time;
use crate::http::pages::views::ForgotPasswordView;
use rekey_core::sign_in::methods::IdentifierKinds;
use rekey_core::types::error::{Error, Result};
use rekey_core::types::purpose::Purpose;
use rekey_core::verification::{self, CreatedRequest};
use rekey_server::http::html::form::Form;
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls::{self, Flow};

/// The fields of the form.
#[derive(Deserialize, Validate)]
pub struct ForgotPasswordForm {
    #[serde(default)]
    identifier: String,
    #[serde(default, alias = "cf-turnstile-response", alias = "h-captcha-response")]
    captcha: String,
}

/// `GET /forgot-password`.
pub async fn show(request: PageRequest) -> PageResponse {
    entry::read_entry_params(&request);
    if !request.app.core.snapshot().channels().any() {
        return request.redirect(urls::SIGN_IN);
    }
    let identifier = request.flow_state().identifier;
    show_page(&request, identifier, false).await
}

/// `GET /reset-password`: the same page for users whom an application sent here only for this. If recovery is
/// off it redirects to sign-in, but a one-time token works without recovery.
pub async fn show_landing(request: PageRequest) -> PageResponse {
    entry::read_entry_params(&request);
    if let Some(token) = request.query_param("one_time_token") {
        return one_time::open(&request, token);
    }
    if !request.app.core.snapshot().channels().any() {
        return request.redirect(urls::SIGN_IN);
    }
    let identifier = request.flow_state().identifier;
    show_page(&request, identifier, true).await
}

async fn show_page(request: &PageRequest, identifier: String, focused: bool) -> PageResponse {
    let view = build_view(request, identifier, None, focused).await;
    captcha::with_captcha_csp(request.ok(&view), view.captcha.as_ref())
}

async fn build_view(
    request: &PageRequest,
    identifier: String,
    problem: Option<FormError>,
    focused: bool,
) -> ForgotPasswordView {
    let channels = request.app.core.snapshot().channels();
    let offered = IdentifierKinds { email: channels.email, phone: channels.phone, username: false };
    let IdentifierKinds { email, phone, .. } = entry::narrow_kinds(request, offered);
    let captcha = captcha::load_view(request, Flow::ForgotPassword).await;
    ForgotPasswordView { page: request.page(), identifier, email, phone, focused, captcha, problem }
}

/// `POST /forgot-password/start`: the button of the sign-in form, which carries the identifier over without a
/// script.
pub async fn start(request: PageRequest, form: Form<ForgotPasswordForm>) -> PageResponse {
    request.update_flow_state(|flow_state| flow_state.remember_identifier(&form.0.identifier));
    request.redirect(urls::FORGOT)
}

/// `POST /forgot-password`: continues whether or not an account has this identifier.
pub async fn submit(request: PageRequest, form: Form<ForgotPasswordForm>) -> PageResponse {
    let ForgotPasswordForm { identifier: typed, captcha: token } = form.0;
    request.update_flow_state(|flow_state| flow_state.remember_identifier(&typed));
    match request_code(&request, &typed, &token).await {
        Ok(created) => {
            request.update_flow_state(|flow_state| {
                flow_state.start_waiting(Flow::ForgotPassword, created.request)
            });
            request.redirect(urls::CODE)
        }
        Err(Error::Refused(refusal)) => {
            let view = build_view(&request, typed, Some(FormError::at_identifier(&refusal)), false).await;
            captcha::with_captcha_csp(request.rerender(&refusal, &view), view.captcha.as_ref())
        }
        Err(failed) => request.error_response(&failed, urls::FORGOT),
    }
}

async fn request_code(request: &PageRequest, typed: &str, token: &str) -> Result<CreatedRequest> {
    captcha::check(request, Flow::ForgotPassword, token).await?;
    let request_id = request.flow_state().request_for(Flow::ForgotPassword);
    verification::request_code(request.context(), Purpose::Reset, typed, request_id.as_ref()).await
}
