//! Requesting a password reset. The response does not depend on the account; the identifier from the sign-in
//! page is filled in.

use serde::Deserialize;
use validator::Validate;

use crate::http::html::form::Form;
use crate::http::html::page::form_error::FormError;
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::pages::entry::{self, captcha};
use crate::http::pages::link::one_time;
use crate::http::pages::views::ForgotPasswordView;
use crate::http::routes::urls::{self, Flow};
use rekey_core::sign_in::methods::IdentifierKinds;
use rekey_core::types::error::{Error, Result};
use rekey_core::types::purpose::Purpose;
use rekey_core::verification::{self, CreatedRequest};

/// The fields of the form.
#[derive(Deserialize, Validate)]
pub struct ForgotPasswordForm {
    #[serde(default)]
    identifier: String,
    #[serde(default, alias = "cf-turnstile-response", alias = "h-captcha-response")]
    captcha: String,
}

/// `GET /forgot-password`.
pub async fn show(visit: PageRequest) -> PageResponse {
    entry::read_entry_params(&visit);
    if !visit.app.core.snapshot().channels().any() {
        return visit.redirect(urls::SIGN_IN);
    }
    let identifier = visit.flow_state().identifier;
    show_page(&visit, identifier, false).await
}

/// `GET /reset-password`: the same page for users whom an application sent here only for this. If recovery is
/// off it redirects to sign-in, but a one-time token works without recovery.
pub async fn show_landing(visit: PageRequest) -> PageResponse {
    entry::read_entry_params(&visit);
    if let Some(token) = visit.query_param("one_time_token") {
        return one_time::open(&visit, token);
    }
    if !visit.app.core.snapshot().channels().any() {
        return visit.redirect(urls::SIGN_IN);
    }
    let identifier = visit.flow_state().identifier;
    show_page(&visit, identifier, true).await
}

async fn show_page(visit: &PageRequest, identifier: String, focused: bool) -> PageResponse {
    let view = build_view(visit, identifier, None, focused).await;
    captcha::with_captcha_csp(visit.ok(&view), view.captcha.as_ref())
}

async fn build_view(
    visit: &PageRequest,
    identifier: String,
    problem: Option<FormError>,
    focused: bool,
) -> ForgotPasswordView {
    let channels = visit.app.core.snapshot().channels();
    let offered = IdentifierKinds { email: channels.email, phone: channels.phone, username: false };
    let IdentifierKinds { email, phone, .. } = entry::narrow_kinds(visit, offered);
    let captcha = captcha::load_view(visit, Flow::ForgotPassword).await;
    ForgotPasswordView { page: visit.page(), identifier, email, phone, focused, captcha, problem }
}

/// `POST /forgot-password/start`: the button of the sign-in form, which carries the identifier over without a
/// script.
pub async fn start(visit: PageRequest, form: Form<ForgotPasswordForm>) -> PageResponse {
    visit.update_flow_state(|journey| journey.remember_identifier(&form.0.identifier));
    visit.redirect(urls::FORGOT)
}

/// `POST /forgot-password`: continues whether or not an account has this identifier.
pub async fn submit(visit: PageRequest, form: Form<ForgotPasswordForm>) -> PageResponse {
    let ForgotPasswordForm { identifier: typed, captcha: token } = form.0;
    visit.update_flow_state(|journey| journey.remember_identifier(&typed));
    match request_code(&visit, &typed, &token).await {
        Ok(asked) => {
            visit.update_flow_state(|journey| journey.start_waiting(Flow::ForgotPassword, asked.request));
            visit.redirect(urls::CODE)
        }
        Err(Error::Refused(refusal)) => {
            let view = build_view(&visit, typed, Some(FormError::at_identifier(&refusal)), false).await;
            captcha::with_captcha_csp(visit.rerender(&refusal, &view), view.captcha.as_ref())
        }
        Err(failed) => visit.error_response(&failed, urls::FORGOT),
    }
}

async fn request_code(visit: &PageRequest, typed: &str, token: &str) -> Result<CreatedRequest> {
    captcha::check(visit, Flow::ForgotPassword, token).await?;
    let held = visit.flow_state().request_for(Flow::ForgotPassword);
    verification::request_code(visit.context(), Purpose::Reset, typed, held.as_ref()).await
}
