//! Sign-up: the identifier, then the code page that all flows share, then a password. What was proved or
//! chosen is in the encrypted cookie and checked in the database. A taken address gets the same response as a
//! free one; a taken username is reported.

use serde::Deserialize;
use validator::Validate;

use crate::http::pages::entry::{self, captcha};
use crate::http::pages::new_password::{NewPasswordForm, new_password_view};
use crate::http::pages::sign_in::redirect_after_sign_in;
use crate::http::pages::verification_code::redirect_without_grant;
use crate::http::pages::views::{NewPasswordView, RegisterView};
use rekey_core::sign_up::{self, SignUpProof, StartedSignUp};
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_core::types::secret::Secret;
use rekey_core::verification::VerifiedGrant;
use rekey_server::http::html::form::Form;
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls::{self, Flow};

/// The fields of the first form.
#[derive(Deserialize, Validate)]
pub struct RegisterForm {
    #[serde(default)]
    identifier: String,
    #[serde(default, alias = "cf-turnstile-response", alias = "h-captcha-response")]
    captcha: String,
}

/// `GET /register`. Redirects to sign-in if sign-up is off.
pub async fn show(request: PageRequest) -> PageResponse {
    let screen = entry::read_entry_params(&request);
    let snapshot = request.app.core.snapshot();
    if !snapshot.sign_up_kinds().any() && snapshot.allows_sign_in() {
        return redirect_to_sign_in(&request);
    }
    if screen.is_none() && entry::is_signed_in(&request).await {
        return entry::redirect_signed_in(&request);
    }
    let identifier = request.flow_state().identifier;
    let off =
        (!snapshot.sign_up_kinds().any()).then(|| FormError::from_refusal("", &Refusal::SignUpDisabled));
    let view = build_view(&request, identifier, off).await;
    captcha::with_captcha_csp(request.ok(&view), view.captcha.as_ref())
}

/// Redirects to sign-in, which users from an application see even when signed in.
fn redirect_to_sign_in(request: &PageRequest) -> PageResponse {
    if entry::is_sent_by_app(request) {
        return request.redirect(&urls::sign_in_url(request.flow_state().app.as_deref()));
    }
    request.redirect(urls::SIGN_IN)
}

async fn build_view(request: &PageRequest, identifier: String, problem: Option<FormError>) -> RegisterView {
    let snapshot = request.app.core.snapshot();
    let kinds = entry::narrow_kinds(request, snapshot.sign_up_kinds());
    let sign_in = snapshot.allows_sign_in();
    let captcha = captcha::load_view(request, Flow::Register).await;
    RegisterView { page: request.page(), identifier, kinds, sign_in, captcha, problem }
}

/// `POST /register`: continues whether or not an account has this address.
pub async fn submit(request: PageRequest, form: Form<RegisterForm>) -> PageResponse {
    let RegisterForm { identifier: typed, captcha: token } = form.0;
    request.update_flow_state(|flow_state| flow_state.remember_identifier(&typed));
    match request_code(&request, &typed, &token).await {
        Ok(StartedSignUp::CodeSent(request_id)) => {
            request.update_flow_state(|flow_state| flow_state.start_waiting(Flow::Register, request_id));
            request.redirect(urls::REGISTER_CODE)
        }
        Ok(StartedSignUp::Name(name)) => {
            request.update_flow_state(|flow_state| {
                flow_state.clear_recovery();
                flow_state.username = Some(name);
            });
            request.redirect(urls::REGISTER_PASSWORD)
        }
        Err(Error::Refused(refusal)) => rerender(&request, typed, &refusal).await,
        Err(failed) => request.error_response(&failed, urls::REGISTER),
    }
}

async fn request_code(request: &PageRequest, typed: &str, token: &str) -> Result<StartedSignUp> {
    captcha::check(request, Flow::Register, token).await?;
    let session_token = request.flow_state().request_for(Flow::Register);
    sign_up::start(request.context(), typed, session_token.as_ref()).await
}

async fn rerender(request: &PageRequest, typed: String, refusal: &Refusal) -> PageResponse {
    let view = build_view(request, typed, Some(FormError::at_identifier(refusal))).await;
    captcha::with_captcha_csp(request.rerender(refusal, &view), view.captcha.as_ref())
}

/// The sign-up proof of this browser, if there is one.
pub(super) fn current_claim(request: &PageRequest) -> Option<SignUpProof> {
    let flow_state = request.flow_state();
    let proved = flow_state.grant_for(Flow::Register);
    let proved = proved.map(|(request_id, token)| {
        SignUpProof::VerifiedAddress(VerifiedGrant { request: request_id, token })
    });
    flow_state.username.map(SignUpProof::Name).or(proved)
}

/// `GET /register/password`.
pub async fn show_password(request: PageRequest) -> PageResponse {
    let Some(claim) = current_claim(&request) else {
        return request.redirect(urls::REGISTER);
    };
    match sign_up::load_identifier(&request.app.core, &claim).await {
        Ok(identifier) => request.ok(&password_view(&request, identifier.display(), None)),
        Err(Error::Refused(_)) => redirect_without_grant(&request, Flow::Register).await,
        Err(failed) => request.error_response(&failed, urls::REGISTER),
    }
}

fn password_view(request: &PageRequest, identifier: String, refusal: Option<&Refusal>) -> NewPasswordView {
    new_password_view(request, Flow::Register, identifier, refusal)
}

/// `POST /register/password`: creates the account and signs in.
pub async fn submit_password(request: PageRequest, form: Form<NewPasswordForm>) -> PageResponse {
    finish(&request, Some(&form.0.new_password)).await
}

/// The last step, with a password or where none is required.
pub(super) async fn finish(request: &PageRequest, password: Option<&Secret>) -> PageResponse {
    let Some(claim) = current_claim(request) else {
        return request.redirect(urls::REGISTER);
    };
    let session_token = request.session_token();
    match sign_up::create_account(request.context(), &claim, password, session_token.as_ref()).await {
        Ok(entry) => redirect_after_sign_in(request, entry),
        Err(Error::Refused(Refusal::GrantInvalid)) => redirect_without_grant(request, Flow::Register).await,
        // The identifier was taken meanwhile: back to the first page, from where sign-in is one step.
        Err(Error::Refused(taken @ (Refusal::EmailTaken | Refusal::PhoneTaken | Refusal::UsernameTaken))) => {
            rerender(request, request.flow_state().identifier, &taken).await
        }
        Err(Error::Refused(refusal)) => request
            .rerender(&refusal, &password_view(request, request.flow_state().identifier, Some(&refusal))),
        Err(failed) => request.error_response(&failed, urls::REGISTER_PASSWORD),
    }
}
