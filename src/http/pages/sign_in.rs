//! Sign-in. The page is the same for every visitor; redirect targets are a closed list, never an
//! address in the URL.

use serde::Deserialize;
use validator::Validate;

use crate::http::pages::entry::{self, captcha};
use crate::http::pages::views::SignInView;
use rekey_core::oidc::first_screen::FirstScreen;
use rekey_core::sign_in::{self, SignInOutcome, Typed};
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_core::types::purpose::Purpose;
use rekey_core::types::secret::Secret;
use rekey_core::verification::{self, CreatedRequest};
use rekey_server::http::html::flow_state::Flash;
use rekey_server::http::html::form::Form;
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::middleware::cookies;
use rekey_server::http::routes::urls::{self, Flow};

/// The fields of the form.
#[derive(Deserialize, Validate)]
pub struct SignInForm {
    #[serde(default)]
    identifier: String,
    #[serde(default)]
    password: Secret,
    #[serde(default, alias = "cf-turnstile-response", alias = "h-captcha-response")]
    captcha: String,
}

/// `GET /sign-in`: also an entry point for applications, with `first_screen`, `login_hint`, `ui_locales` and
/// `app_id`.
pub async fn show(request: PageRequest) -> PageResponse {
    let screen = entry::read_entry_params(&request);
    let snapshot = request.app.core.snapshot();
    match screen {
        Some(FirstScreen::ResetPassword) if snapshot.channels().any() => {
            return request.redirect(urls::RESET_PASSWORD);
        }
        Some(FirstScreen::Register) if snapshot.sign_up_kinds().any() => {
            return request.redirect(urls::REGISTER);
        }
        _ => {}
    }
    if screen.is_none() && entry::is_signed_in(&request).await {
        return entry::redirect_signed_in(&request);
    }
    let flash = request.take_flash();
    let problem = match flash {
        _ if !snapshot.allows_sign_in() => Some(FormError::from_refusal("", &Refusal::SignInDisabled)),
        Some(Flash::SessionOver) => Some(FormError::session_expired()),
        _ => None,
    };
    let identifier = request.flow_state().identifier;
    let view =
        with_captcha(&request, build_view(&request, identifier, problem, flash.and_then(notice_key))).await;
    captcha::with_captcha_csp(request.ok(&view), view.captcha.as_ref())
}

const fn notice_key(flash: Flash) -> Option<&'static str> {
    match flash {
        Flash::SignedOut => Some("notice-signed-out"),
        Flash::EverywhereEnded => Some("notice-everywhere-ended"),
        Flash::PasswordChanged => Some("notice-password-changed"),
        _ => None,
    }
}

/// The forgot button is shown exactly when recovery can work.
fn build_view(
    request: &PageRequest,
    identifier: String,
    problem: Option<FormError>,
    notice: Option<&'static str>,
) -> SignInView {
    let snapshot = request.app.core.snapshot();
    let by_password = snapshot.password_kinds();
    SignInView {
        page: request.page(),
        identifier,
        by_password: entry::narrow_kinds(request, by_password),
        by_code: entry::narrow_kinds(request, snapshot.code_kinds()),
        forgot: by_password.any() && snapshot.channels().any(),
        sign_up: snapshot.sign_up_kinds().any(),
        captcha: None,
        problem,
        notice,
    }
}

/// `POST /sign-in`: the same response for every failure.
pub async fn submit(request: PageRequest, form: Form<SignInForm>) -> PageResponse {
    let SignInForm { identifier, password, .. } = form.0;
    request.update_flow_state(|flow_state| flow_state.remember_identifier(&identifier));
    let session_token = request.session_token();
    let typed = Typed { identifier: &identifier, password: &password };
    match sign_in::by_password(request.context(), typed, session_token.as_ref()).await {
        Ok(entry) => redirect_after_sign_in(&request, entry),
        Err(Error::Refused(refusal)) => {
            let problem = match &refusal {
                Refusal::InvalidCredentials => FormError::from_refusal("password", &refusal),
                _ => FormError::at_identifier(&refusal),
            };
            rerender(&request, &refusal, build_view(&request, identifier, Some(problem), None)).await
        }
        Err(failed) => request.error_response(&failed, urls::SIGN_IN),
    }
}

/// `POST /sign-in/code`: requests a code instead of the password. Continues whether or not an account has
/// this identifier.
pub async fn send_code(request: PageRequest, form: Form<SignInForm>) -> PageResponse {
    let SignInForm { identifier: typed, captcha: token, .. } = form.0;
    request.update_flow_state(|flow_state| flow_state.remember_identifier(&typed));
    match request_code(&request, &typed, &token).await {
        Ok(created) => {
            request.update_flow_state(|flow_state| flow_state.start_waiting(Flow::SignIn, created.request));
            request.redirect(urls::SIGN_IN_CODE)
        }
        Err(Error::Refused(refusal)) => {
            let problem = Some(FormError::at_identifier(&refusal));
            rerender(&request, &refusal, build_view(&request, typed, problem, None)).await
        }
        Err(failed) => request.error_response(&failed, urls::SIGN_IN),
    }
}

async fn request_code(request: &PageRequest, typed: &str, token: &str) -> Result<CreatedRequest> {
    captcha::check(request, Flow::SignIn, token).await?;
    let session_token = request.flow_state().request_for(Flow::SignIn);
    verification::request_code(request.context(), Purpose::SignIn, typed, session_token.as_ref()).await
}

async fn rerender(request: &PageRequest, refusal: &Refusal, view: SignInView) -> PageResponse {
    let view = with_captcha(request, view).await;
    captcha::with_captcha_csp(request.rerender(refusal, &view), view.captcha.as_ref())
}

/// Only requesting a code needs a captcha: wrong passwords are throttled.
async fn with_captcha(request: &PageRequest, view: SignInView) -> SignInView {
    let captcha = if view.by_code.any() { captcha::load_view(request, Flow::SignIn).await } else { None };
    SignInView { captcha, ..view }
}

/// The end of every sign-in and sign-up: redirects to the target.
pub(super) fn redirect_after_sign_in(request: &PageRequest, entry: SignInOutcome) -> PageResponse {
    let cookie = cookies::session_cookie(&request.app.site, &entry.token);
    let mut reply = request.redirect(&request.finish_sign_in(entry.weaknesses));
    cookies::add(&mut reply, &cookie);
    reply
}
