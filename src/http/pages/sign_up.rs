//! Sign-up: the identifier, then the code page that all flows share, then a password. What was proved or
//! chosen is in the encrypted cookie and checked in the database. A taken address gets the same response as a
//! free one; a taken username is reported.

use serde::Deserialize;
use validator::Validate;

use crate::http::html::form::Form;
use crate::http::html::page::form_error::FormError;
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::pages::entry::{self, captcha};
use crate::http::pages::new_password::{NewPasswordForm, new_password_view};
use crate::http::pages::sign_in::redirect_after_sign_in;
use crate::http::pages::views::{NewPasswordView, RegisterView};
use crate::http::routes::urls::{self, Flow};
use rekey_core::sign_up::{self, SignUpProof, StartedSignUp};
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_core::types::secret::Secret;
use rekey_core::verification::VerifiedGrant;

/// The fields of the first form.
#[derive(Deserialize, Validate)]
pub struct RegisterForm {
    #[serde(default)]
    identifier: String,
    #[serde(default, alias = "cf-turnstile-response", alias = "h-captcha-response")]
    captcha: String,
}

/// `GET /register`. Redirects to sign-in if sign-up is off.
pub async fn show(visit: PageRequest) -> PageResponse {
    let screen = entry::read_entry_params(&visit);
    let live = visit.app.core.snapshot();
    if !live.sign_up_kinds().any() && live.allows_sign_in() {
        return redirect_to_sign_in(&visit);
    }
    if screen.is_none() && entry::is_signed_in(&visit).await {
        return visit.redirect(urls::ACCOUNT);
    }
    let identifier = visit.flow_state().identifier;
    let off = (!live.sign_up_kinds().any()).then(|| FormError::from_refusal("", &Refusal::SignUpDisabled));
    let view = build_view(&visit, identifier, off).await;
    captcha::with_captcha_csp(visit.ok(&view), view.captcha.as_ref())
}

/// Redirects to sign-in, which users from an application see even when signed in.
fn redirect_to_sign_in(visit: &PageRequest) -> PageResponse {
    if entry::is_sent_by_app(visit) {
        return visit.redirect(&urls::sign_in_url(visit.flow_state().app.as_deref()));
    }
    visit.redirect(urls::SIGN_IN)
}

async fn build_view(visit: &PageRequest, identifier: String, problem: Option<FormError>) -> RegisterView {
    let live = visit.app.core.snapshot();
    let kinds = entry::narrow_kinds(visit, live.sign_up_kinds());
    let sign_in = live.allows_sign_in();
    let captcha = captcha::load_view(visit, Flow::Register).await;
    RegisterView { page: visit.page(), identifier, kinds, sign_in, captcha, problem }
}

/// `POST /register`: continues whether or not an account has this address.
pub async fn submit(visit: PageRequest, form: Form<RegisterForm>) -> PageResponse {
    let RegisterForm { identifier: typed, captcha: token } = form.0;
    visit.update_flow_state(|journey| journey.remember_identifier(&typed));
    match request_code(&visit, &typed, &token).await {
        Ok(StartedSignUp::CodeSent(request)) => {
            visit.update_flow_state(|journey| journey.start_waiting(Flow::Register, request));
            visit.redirect(urls::REGISTER_CODE)
        }
        Ok(StartedSignUp::Name(name)) => {
            visit.update_flow_state(|journey| {
                journey.clear_recovery();
                journey.username = Some(name);
            });
            visit.redirect(urls::REGISTER_PASSWORD)
        }
        Err(Error::Refused(refusal)) => rerender(&visit, typed, &refusal).await,
        Err(failed) => visit.error_response(&failed, urls::REGISTER),
    }
}

async fn request_code(visit: &PageRequest, typed: &str, token: &str) -> Result<StartedSignUp> {
    captcha::check(visit, Flow::Register, token).await?;
    let held = visit.flow_state().request_for(Flow::Register);
    sign_up::start(visit.context(), typed, held.as_ref()).await
}

async fn rerender(visit: &PageRequest, typed: String, refusal: &Refusal) -> PageResponse {
    let view = build_view(visit, typed, Some(FormError::at_identifier(refusal))).await;
    captcha::with_captcha_csp(visit.rerender(refusal, &view), view.captcha.as_ref())
}

/// The sign-up proof of this browser, if there is one.
pub(super) fn current_claim(visit: &PageRequest) -> Option<SignUpProof> {
    let journey = visit.flow_state();
    let proved = journey.grant_for(Flow::Register);
    let proved =
        proved.map(|(request, token)| SignUpProof::VerifiedAddress(VerifiedGrant { request, token }));
    journey.username.map(SignUpProof::Name).or(proved)
}

/// `GET /register/password`.
pub async fn show_password(visit: PageRequest) -> PageResponse {
    let Some(claim) = current_claim(&visit) else {
        return visit.redirect(urls::REGISTER);
    };
    match sign_up::load_identifier(&visit.app.core, &claim).await {
        Ok(identifier) => visit.ok(&password_view(&visit, identifier.display(), None)),
        Err(Error::Refused(_)) => redirect_to_start(&visit),
        Err(failed) => visit.error_response(&failed, urls::REGISTER),
    }
}

/// The proof is spent or expired: redirects to where a new one is requested, with the identifier kept.
fn redirect_to_start(visit: &PageRequest) -> PageResponse {
    visit.update_flow_state(|journey| (journey.grant, journey.username) = (None, None));
    visit.redirect(urls::REGISTER_CODE)
}

fn password_view(visit: &PageRequest, identifier: String, refusal: Option<&Refusal>) -> NewPasswordView {
    new_password_view(visit, Flow::Register, identifier, refusal)
}

/// `POST /register/password`: creates the account and signs in.
pub async fn submit_password(visit: PageRequest, form: Form<NewPasswordForm>) -> PageResponse {
    finish(&visit, Some(&form.0.new_password)).await
}

/// The last step, with a password or where none is required.
pub(super) async fn finish(visit: &PageRequest, password: Option<&Secret>) -> PageResponse {
    let Some(claim) = current_claim(visit) else {
        return visit.redirect(urls::REGISTER);
    };
    let held = visit.session_token();
    match sign_up::create_account(visit.context(), &claim, password, held.as_ref()).await {
        Ok(entry) => redirect_after_sign_in(visit, entry),
        Err(Error::Refused(Refusal::GrantInvalid)) => redirect_to_start(visit),
        // The identifier was taken meanwhile: back to the first page, from where sign-in is one step.
        Err(Error::Refused(taken @ (Refusal::EmailTaken | Refusal::PhoneTaken | Refusal::UsernameTaken))) => {
            rerender(visit, visit.flow_state().identifier, &taken).await
        }
        Err(Error::Refused(refusal)) => {
            visit.rerender(&refusal, &password_view(visit, visit.flow_state().identifier, Some(&refusal)))
        }
        Err(failed) => visit.error_response(&failed, urls::REGISTER_PASSWORD),
    }
}
